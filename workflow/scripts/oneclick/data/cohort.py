"""Who the patients are and where their scans lie; standard library and pandas only, for a dry run is to be instant."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.given_tables import read_given_table
from oneclick.data.links import link_problems
from oneclick.data.patterns import CohortError, data_root, left_out, matches, without_others

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


DICOM = (".dcm", ".ima")


def is_dicom(path: str | os.PathLike) -> bool:
    """Whether a path is that of DICOM: a folder, or a file of that kind."""
    return os.path.isdir(path) or str(path).lower().endswith(DICOM)


@contextlib.contextmanager
def _with_rights() -> Iterator[None]:
    """What the user may not read becomes a CohortError that says so."""
    try:
        yield
    except PermissionError as error:
        mend = "ask its owner for the right, or set it with chmod"
        raise CohortError(f"cohort: {error.filename}: you have no right to read it; {mend}") from None


def name_problem(patient: str) -> str | None:
    """Why a patient's name cannot become a folder's, or None if it can: letters, digits, '.', '_', '-', at most 100, not
    beginning with '.' or '-', without '..'."""
    if NAME.fullmatch(patient) and ".." not in patient:
        return None
    wrong = "is empty" if not patient else None
    for sign, word in (("/", "a slash"), ("\\", "a backslash"), ("..", "'..'"), (" ", "a space")):
        wrong = wrong or (f"holds {word}" if sign in patient else None)
    wrong = wrong or ("begins with '.' or '-'" if patient[0] in ".-" else None)
    wrong = wrong or ("is longer than 100 characters" if len(patient) > 100 else None)
    wrong = wrong or "holds characters that a shell or a file system may take amiss"
    return f"patient {patient!r}: the name {wrong}; rename the patient with letters, digits, '.', '_' and '-' only"


def _name_problems(patients: list[str]) -> list[str]:
    problems = [text for patient in patients if (text := name_problem(patient))]
    seen: dict[str, str] = {}
    for patient in patients:
        other = seen.setdefault(patient.lower(), patient)
        if other != patient:
            problems.append(
                f"patient {patient!r}: another patient is named {other!r}, which some file systems take for the same; "
                "rename one of them"
            )
    return problems


def _path_problems(paths: dict[str, str]) -> list[str]:
    """A sentence for each path, by patient, that Snakemake would take for a pattern, or that breaks a message into lines."""
    return [
        f"patient {patient}: the path {path!r} holds a curly bracket or a control character; rename the folder or file"
        for patient, path in paths.items()
        if re.search(r"[{}\x00-\x1f\x7f]", path)
    ]


def _check_files(table: pd.DataFrame, roots: dict[str, str], key: str | None, root: Path) -> None:
    """Raise CohortError on paths that cannot be used, and on links out of the data roots, by column, unless ``key``, the
    setting that allows them, is None: then they are allowed."""
    problems = []
    for column, folder in roots.items():
        paths = table[column].to_dict()
        problems += _path_problems(paths) or (link_problems(paths, folder, key, root) if key else [])
    if problems:
        raise CohortError("\n".join(problems))


def _from_patterns(pet: str, mask: str, root: Path) -> pd.DataFrame:
    pets, masks = matches(pet, root), matches(mask, root)
    pets, masks = without_others(pets, masks), without_others(masks, pets)
    if not pets and not masks:
        folder = Path(os.path.abspath(root / pet.partition("{patient}")[0] / "x")).parent
        raise CohortError(
            f"cohort: no file matches {pet} or {mask} (looked in {folder}); mend the patterns in the config file"
        )
    if problems := left_out(pet, pets | masks, root):
        raise CohortError("\n".join(problems))
    patients = sorted(pets | masks)
    table = pd.DataFrame({"patient": patients})
    # A file that is not there keeps the name that it ought to have: the verification reports it with all other problems.
    table["pet"] = [pets.get(p) or pet.replace("{patient}", p) for p in patients]
    table["mask"] = [masks.get(p) or mask.replace("{patient}", p) for p in patients]
    table["fold"] = pd.NA
    return table


@_with_rights()
def new_patients(pet: str, clicks: str, root: Path = Path(), follow_links: bool = False) -> pd.DataFrame:
    """The PET and the clicks of patients to segment, a table by patient, from two path patterns, or from one and a file of
    clicks for all. Raises CohortError if no PET matches, a name cannot be used, or a link leads out of a pattern's folder
    without ``follow_links``."""
    pets = matches(pet, root)
    found = matches(clicks, root) if "{patient}" in clicks else dict.fromkeys(pets, clicks)
    pets = without_others(pets, found)
    if not pets:
        looked = f"no file matches {pet} (looked in {Path(root).resolve()})"
        raise CohortError(f"segment.pet: {looked}; put a scan there or mend the pattern")
    problems = _name_problems(sorted(pets | found)) or left_out(pet, pets | found, root)
    if problems:
        raise CohortError("\n".join(problems))
    table = pd.DataFrame(index=sorted(pets | found))
    # A file that is not there keeps the name that it ought to have, for the message that says so.
    for column, paths, pattern in (("pet", pets, pet), ("clicks", found, clicks)):
        table[column] = [paths.get(patient) or pattern.replace("{patient}", patient) for patient in table.index]
    roots = {"pet": data_root(pet)} | ({"clicks": data_root(clicks)} if "{patient}" in clicks else {})
    _check_files(table, roots, None if follow_links else "segment.follow_links", root)
    return table


def _parts(cell: str) -> list[str]:
    """The labels or names in a cell of the sheet, separated by commas or semicolons."""
    return [part.strip() for part in re.split("[,;]", cell) if part.strip()]


def _source_problems(labels: str, where: str) -> list[str]:
    wrong = [part for part in _parts(labels) if not re.fullmatch("[1-9][0-9]{0,8}", part)]
    return [f"{where}: label {wrong[0]!r} is not 1, 2, 3, ...; separate labels by commas"] if wrong else []


def _from_sheet(sheet: str, root: Path) -> pd.DataFrame:
    path = root / sheet
    try:
        if not path.is_file():
            raise CohortError(f"cohort: the sample sheet {sheet} is missing; mend cohort.sheet in the config file")
        if not path.stat().st_size:
            raise CohortError(f"{sheet}: the file is empty (0 bytes); save the sample sheet again")
        with open(path, "rb"):  # _with_rights has words for what may not be read
            pass
        surplus = "put what holds a comma between quotes, or save the sheet with tabs between the cells"
        given = read_given_table(path, ("patient", "pet", "mask"), ("fold", "labels", "roi"), sheet, surplus)
    except CohortError:
        raise
    except UserError as error:
        raise CohortError(str(error)) from None
    columns = next(iter(given.lines.values()), ("patient", "pet", "mask"))
    table = pd.DataFrame(list(given.lines.values()), columns=list(columns), dtype=str)
    problems = []
    for where, line in given.lines.items():
        empty = [column for column in ("patient", "pet", "mask") if not line[column]]
        if empty:
            problems.append(f"{sheet}, {where}: {', '.join(empty)} is empty; fill it in or delete the line")
        fold = line.get("fold", "")
        problems += _source_problems(line.get("labels", ""), f"{sheet}, {where}: patient {line['patient']}")
        if fold and not re.fullmatch("[1-9][0-9]*", fold):
            problems.append(f"{sheet}, {where}: patient {line['patient']}: fold {fold!r} is not 1, 2, 3, ...; mend it")
    for patient in table.loc[table["patient"].duplicated() & (table["patient"] != ""), "patient"].unique():
        problems.append(f"{sheet}: patient {patient} stands there more than once; give each patient one line")
    folds = table.get("fold", pd.Series("", index=table.index))
    if (folds == "").any() and (folds != "").any():
        without = table.loc[folds == "", "patient"].iloc[0]
        problems.append(f"{sheet}: patient {without} has no fold but others have; give all patients a fold or none")
    if not len(table):
        problems.append(f"{sheet}: no patient is listed; add a line for each")
    if problems:
        raise CohortError("\n".join(problems))
    for column in ("pet", "mask"):
        table[column] = [os.path.normpath(Path(sheet).parent / file) for file in table[column]]
    table["fold"] = folds.replace("", pd.NA)
    for column, kind in (("labels", int), ("roi", str)):
        cells = table.get(column, pd.Series("", index=table.index))
        table[column] = pd.Series([[kind(part) for part in _parts(cell)] or None for cell in cells], table.index, object)
    return table.sort_values("patient")


@_with_rights()
def patients(cohort: dict, root: Path = Path(".")) -> pd.DataFrame:
    """The patients of a study, indexed by patient and sorted by name: pet and mask (paths), fold (Int64, <NA> if not given),
    labels and roi (lists, or None): which labels, and names of regions, of the patient's mask are tumour.

    ``cohort`` is that section of the config: ``phantom`` (paths empty: the workflow makes the files), ``pet`` and ``mask``
    (patterns relative to ``root``), or ``sheet`` (paths in it relative to its folder); ``follow_links`` allows links out of
    the folder that a pattern names, or out of the sheet's. Raises CohortError with all problems, one a line.
    """
    if "phantom" in cohort:
        n = cohort["phantom"]["patients"]
        names = [f"phantom-{number:0{max(3, len(str(n)))}d}" for number in range(1, n + 1)]
        table = pd.DataFrame({"patient": names, "pet": "", "mask": "", "fold": pd.NA})
    elif "sheet" in cohort:
        table = _from_sheet(cohort["sheet"], root)
    else:
        table = _from_patterns(cohort["pet"], cohort["mask"], root)
    problems = _name_problems(list(table["patient"]))
    if problems:
        raise CohortError("\n".join(problems))
    table["fold"] = table["fold"].astype("Int64")
    for key in ("labels", "roi"):
        # What the sheet says of one patient goes before what the settings say of all.
        own = table[key] if key in table else [None] * len(table)
        table[key] = pd.Series([one or cohort.get(key) for one in own], table.index, object)
    table = table[["patient", "pet", "mask", "fold", "labels", "roi"]].set_index("patient")
    if "phantom" not in cohort:
        roots = {
            column: str(Path(cohort["sheet"]).parent) if "sheet" in cohort else data_root(cohort[column])
            for column in ("pet", "mask")
        }
        _check_files(table, roots, None if cohort.get("follow_links") else "cohort.follow_links", root)
    return table


def check_given_folds(folds: pd.Series, n_folds: int) -> None:
    """Raise CohortError if a fold of the sample sheet, by patient, is above ``n_folds``, or a fold has no patient."""
    if folds.isna().all():
        return
    outside = [
        f"patient {patient}: fold {fold} is not one of 1 to {n_folds}" for patient, fold in folds[folds > n_folds].items()
    ]
    empty = [f"fold {fold} has no patient" for fold in range(1, n_folds + 1) if fold not in set(folds)]
    if outside or empty:
        lines = [f"{text}; mend the sample sheet or folds in the config file" for text in outside + empty]
        raise CohortError("\n".join(lines))
