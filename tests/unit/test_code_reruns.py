"""Which rules rerun when a function changes: for every module of oneclick, the scripts that ought to, against the digests.

A digest counts whole modules: a script reruns when anything changes in a module that it imports, directly or not. So a
script may rerun for a function that it never calls. Where that costs hours or minutes, every such function is listed.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from oneclick import digest

SCRIPTS = Path(digest.__file__).parents[1]
ALL = {path.stem for path in SCRIPTS.glob("*.py")}
MODULES = {path.stem: path for path in (SCRIPTS / "oneclick").glob("*.py")}
ENTRIES = {
    "__init__ errors files job": " ".join(sorted(ALL)),
    # The Snakefile's and study.py's own: what they give is a param where it counts.
    "digest frozen perpatient running": "",
    "anyscores": "any_scores",
    "backend batches checkpoint onnxfile training unet": "train",
    "bestrun": "best_run",
    "blandaltman measurepage measuretables": "measure_tables",
    "bypatient": "by_patient",
    "wording": "by_patient write_up",
    "conclusions": "conclusions",
    "effort effortfigure": "effort_tables",
    "ensemble": "segment_slices",
    "flowchart": "flowchart",
    "mapfigure": "map_tables",
    "measures surfaces": "measure_masks",
    "misses missfigure": "miss_table",
    "offsetfigure": "offset_tables",
    "offsetmaps": "offset_maps",
    "offsetpictures": "offset_pictures",
    "overlays": "overlays",
    "patientfigures": "write_up",
    "prediction": "predict",
    "repeats": "with_seeds",
    "runpage": "run_page",
    "scorepage": "tables",
    "settings": "settings",
    "spread spreadfigure": "seed_tables",
    "substudy": "point",
    "walkfigure walktables": "walk_tables",
    "classical": "ask_classical segment_classical",
    "config mapconfig phantommap": "conclusions map_tables",
    "counts": "folds slice_counts",
    "cross crossfigure": "cross_table miss_table",
    "detection": "measure_masks measure_tables",
    "layouts": "export_scan export_tables",
    "splits": "folds train",
    "tables": "run_page tables",
    "thresholds": "best_run threshold",
    "verification": "run_page verify",
    "walk": "walk_lesions walk_tables",
    "asking": "ask ask_classical segment_classical",
    "claims": "by_patient conclusions write_up",
    "figures": "box_plots example_slices loss_curves",
    "offsets": "conclusions offset_pictures offset_tables",
    "clickfiles lesions newpatient": "check_new measure prepare segment_slices",
    "examplefigure examples": "box_plots example_slices loss_curves offset_pictures overlays",
    "organs places": "ask ask_classical miss_table offset_pictures segment_classical",
    "anatomy phantom scanner shapes tumours": "ask ask_classical miss_table offset_pictures phantom segment_classical",
    "answers": "conclusions cross_table miss_table offset_maps offset_pictures offset_tables",
    "encodings": "ask ask_classical encode segment_classical segment_slices walk_lesions walk_tables",
    "export": "check_new export_masks measure prepare segment_slices walk_lesions walk_tables",
    "cohort contours dicom dicomfile links scans suv": (
        "check_new convert convert_pet measure prepare run_page segment_slices verify"
    ),
    "network": "ask ask_classical best_run predict segment_classical segment_slices walk_lesions walk_tables",
    "papercohort": "ask ask_classical conclusions map_tables miss_table offset_pictures phantom segment_classical",
    "metrics": "ask ask_classical best_run measure_masks score segment_classical threshold walk_lesions walk_tables",
    "paper": "box_plots by_patient conclusions example_slices loss_curves run_page seed_tables tables write_up",
    "slices": "check_new measure prepare preprocess run_page segment_slices verify walk_lesions walk_tables",
    "postprocessing": (
        "ask ask_classical check_new measure postprocess prepare segment_classical segment_slices walk_lesions walk_tables"
    ),
    "statistics": (
        "box_plots by_patient example_slices loss_curves offset_pictures overlays run_page seed_tables tables write_up"
    ),
    "clustered": (
        "by_patient conclusions cross_table map_tables measure_tables miss_table offset_maps offset_pictures "
        "offset_tables walk_tables write_up"
    ),
    "clicks": (
        "ask ask_classical check_new clicks measure miss_table offset_pictures postprocess prepare "
        "segment_classical segment_slices walk_lesions walk_tables"
    ),
    "masks": (
        "check_new convert convert_pet export_scan export_tables measure prepare preprocess run_page "
        "segment_slices verify walk_lesions walk_tables"
    ),
    "page": (
        "by_patient conclusions cross_table effort_tables map_tables measure_tables miss_table offset_tables "
        "run_page seed_tables tables walk_tables write_up"
    ),
    "body": (
        "ask ask_classical best_run box_plots example_slices loss_curves miss_table offset_pictures overlays "
        "predict segment_classical segment_slices train walk_lesions walk_tables"
    ),
    "figurestyle": (
        "box_plots cross_table effort_tables example_slices flowchart loss_curves map_tables measure_tables "
        "miss_table offset_pictures offset_tables overlays seed_tables walk_tables write_up"
    ),
    "oracles": (
        "box_plots by_patient conclusions cross_table effort_tables example_slices flowchart loss_curves "
        "map_tables measure_tables miss_table offset_pictures offset_tables overlays run_page seed_tables tables "
        "walk_tables write_up"
    ),
    "csv_files": (
        "ask ask_classical check_new clicks concatenate export_scan export_tables folds measure miss_table "
        "offset_pictures postprocess prepare preprocess run_page segment_classical segment_slices slice_counts verify "
        "walk_lesions walk_tables with_seeds"
    ),
    "volume": (
        "ask ask_classical check_new convert convert_pet export_masks export_scan export_tables measure miss_table "
        "offset_maps offset_pictures phantom prepare preprocess run_page segment_classical segment_slices verify "
        "walk_lesions walk_tables"
    ),
    "seeds": (
        "ask ask_classical by_patient check_new clicks conclusions cross_table folds map_tables measure "
        "measure_tables miss_table offset_maps offset_pictures offset_tables phantom postprocess prepare "
        "segment_classical segment_slices train walk_lesions walk_tables"
    ),
    "grid": (
        "ask ask_classical check_new clicks convert convert_pet encode export_masks export_scan export_tables "
        "measure measure_masks miss_table offset_maps offset_pictures overlays phantom postprocess prepare "
        "preprocess run_page segment_classical segment_slices verify walk_lesions walk_tables"
    ),
    "paths": (
        "ask ask_classical best_run clicks effort_tables encode example_slices export_masks export_tables folds "
        "measure_masks offset_maps offset_pictures postprocess predict score segment_classical slice_counts threshold "
        "train walk_lesions"
    ),
    "inputs": (
        "ask ask_classical best_run box_plots check_new effort_tables example_slices export_masks export_scan "
        "export_tables folds loss_curves measure measure_masks offset_maps offset_pictures overlays postprocess "
        "predict prepare run_page score segment_classical segment_slices slice_counts tables threshold train "
        "walk_lesions walk_tables"
    ),
}
OUGHT = {module: set(scripts.split()) for modules, scripts in ENTRIES.items() for module in modules.split()}
# Of scripts that take long: functions and classes that they do not use, but that rerun them.
UNUSED = {
    # A change of how folds are dealt deals them again, and so trains again, whatever the digest says.
    "train": {
        "inputs": "network_input places_of rows_of",
        "splits": "SplitError balanced_folds given_folds write_folds",
    },
    "best_run": {
        "body": "window_sides",
        "inputs": "places_of rows_of",
        "metrics": "score_slices write_scores",
        "thresholds": "write_thresholds",
    },
    "predict": {"body": "window_sides", "inputs": "places_of"},
    "preprocess": {"csv_files": "concatenate", "volume": "write_nifti write_like"},
    "phantom": {
        "grid": "Grid transaxial tilt body_extent grid_of resize_weights resize",
        "phantom": "draw_mask",
        "volume": "ScanError Volume problem _unit _places_voxels _too_large _notes read_nifti read_nifti_pet write_like",
    },
}


def imported_names(tree: ast.Module) -> dict[str, tuple[str, str | None]]:
    """What a file takes from oneclick, by the name that it has there: module and name, or the module itself."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "oneclick":
            module = node.module.partition(".")[2]
            for alias in node.names:
                found[alias.asname or alias.name] = (module, alias.name) if module else (alias.name, None)
    return found


@cache
def parsed(module: str) -> tuple[dict, dict[str, ast.stmt]]:
    """What a module imports, and its functions, classes and constants by name."""
    tree = ast.parse(MODULES[module].read_text())
    own = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            own[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            own |= {part.id: node for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return imported_names(tree), own


def mentioned(node: ast.AST, imports: dict, own: dict, module: str) -> set[tuple[str, str]]:
    """The functions, classes and constants of oneclick that a piece of code names, as (module, name)."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in own:
            found.add((module, part.id))
        elif isinstance(part, ast.Name) and imports.get(part.id, ("", None))[1]:
            found.add(imports[part.id])
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in imports:
            found.add((imports[part.value.id][0], part.attr))
    return found


def used(script: str) -> set[tuple[str, str]]:
    """All that a script may call of oneclick, found from name to name: (module, name)."""
    tree = ast.parse((SCRIPTS / f"{script}.py").read_text())
    ahead, seen = mentioned(tree, imported_names(tree), {}, ""), set()
    while ahead:
        module, name = ahead.pop()
        imports, own = parsed(module)
        if name in own and (module, name) not in seen:
            seen.add((module, name))
            ahead |= mentioned(own[name], imports, own, module)
        elif name in imports and imports[name][1]:
            ahead.add(imports[name])
    return seen


def digested(script: str) -> set[str]:
    """The modules that count for a script's digest."""
    return {path.stem for path in digest.code_files(SCRIPTS / f"{script}.py") if path.parent.name == "oneclick"}


def test_every_module_has_its_row_and_every_script_is_there():
    assert set(OUGHT) == set(MODULES)
    assert set().union(*OUGHT.values()) == ALL


@pytest.mark.parametrize("module", MODULES)
def test_a_module_reruns_the_scripts_that_rest_on_it(module):
    assert {script for script in ALL if module in digested(script)} == OUGHT[module]


@pytest.mark.parametrize("module", MODULES)
def test_every_function_and_method_counts_for_its_modules_digest(module):
    tree = ast.parse(MODULES[module].read_text())
    before = digest._canonical(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body.append(ast.Pass())
            assert digest._canonical(tree) != before, node.name
            node.body.pop()
    assert digest._canonical(tree) == before


def test_no_script_uses_a_function_that_does_not_count():
    for script in ALL:
        missing = {(module, name) for module, name in used(script) if module not in digested(script)}
        assert not missing, script


@pytest.mark.parametrize("script", UNUSED)
def test_what_reruns_a_slow_script_without_being_used_is_known(script):
    found = {}
    for module in digested(script):
        own = parsed(module)[1]
        kinds = ast.FunctionDef | ast.ClassDef
        unused = {name for name, node in own.items() if isinstance(node, kinds) and (module, name) not in used(script)}
        found |= {module: unused} if unused else {}
    assert found == {module: set(names.split()) for module, names in UNUSED[script].items()}
