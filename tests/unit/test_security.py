"""What comes from elsewhere stays data: names, settings, networks and scores run nothing and lead nowhere."""

import ast
import html.parser
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest
import yaml
from stack_files import plane_of

from oneclick.clicks.files import ClickError, read_clicks
from oneclick.common.errors import UserError
from oneclick.data.cohort import CohortError, name_problem, patients
from oneclick.data.slice_files import SliceFiles
from oneclick.data.stack import StackFiles, stack
from oneclick.engine.job import plain
from oneclick.evaluation.by_patient import Outcome
from oneclick.evaluation.own_scores import write_any_scores
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import InputFiles
from oneclick.report.by_patient_page import write_by_patient
from oneclick.report.manuscript import write_up
from oneclick.report.marks import Notices
from oneclick.segment.trained_study import trained_study, write_settings
from oneclick.settings.study import check_config, check_keys, check_segment, check_shared

ROOT = Path(__file__).parents[2]
SCHEMAS = {p.name.split(".")[0]: yaml.safe_load(p.read_text()) for p in (ROOT / "workflow/schemas").glob("*.yaml")}
HOSTILE = [
    "..", ".", "../x", "a/../b", "/etc/passwd", "-rf", "~", "$(touch x)", "`touch x`", "a;touch x", "a|b", "a&b", "a\nb",
    "a\r", "a\tb", "a\0b", "'", '"', "a'b", "a\\b", "{patient}", "{a}", "*", "a*", "%s", "<script>", "a b", "", "é",
    "\uff0e\uff0e", "\u2024\u2024", "\u0430", "a\u202eb", "a\u200bb", "a\u0301", "\u2215", "A" * 101, "con:", "a\x1b[2J",
    "..a", "a..b", ".git",
]  # fmt: skip
"""Names that break out of a folder, a shell, a pattern, a page or a line, or look like another."""


def python_files():
    return [path for folder in ("workflow", "benchmarks", "tools", "envs") for path in (ROOT / folder).rglob("*.py")]


def calls(path):
    """Each call in a file: its name as written, and its keywords."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), {word.arg: ast.unparse(word.value) for word in node.keywords}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


NETWORK = {"socket", "ssl", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "xmlrpc", "socketserver"}
RUNNING = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "ctypes", "imp", "runpy", "xml"}


def dangers(path):
    """What in a file runs what it reads, starts a shell, or reaches for the network."""
    found = [f"import {name}" for name in imported(path) if name in NETWORK | RUNNING]
    for name, words in calls(path):
        last = name.rpartition(".")[2]
        if name in ("eval", "exec", "compile", "__import__") or name in ("os.system", "os.popen"):
            found.append(name)
        if words.get("shell", "False") != "False" or words.get("allow_pickle", "False") != "False":
            found.append(name)
        if last in ("read_pickle", "to_pickle", "unsafe_load", "full_load") or name == "yaml.load":
            found.append(name)
        if last == "load_model" and words.get("safe_mode") != "True":
            found.append(f"{name} without safe_mode=True")
        if last == "enable_unsafe_deserialization" or name.endswith("register_custom_ops_library"):
            found.append(name)
    return found


def test_no_code_runs_what_it_reads_starts_a_shell_or_reaches_for_the_network():
    assert len(python_files()) > 100
    assert {str(path.relative_to(ROOT)): found for path in python_files() if (found := dangers(path))} == {}


@pytest.mark.parametrize(
    "code",
    ["np.load(a, allow_pickle=True)", "eval(a)", "import pickle", "from urllib.request import urlopen", "yaml.load(a)",
     "subprocess.run(a, shell=True)", "keras.models.load_model(a)", "keras.saving.load_model(a, safe_mode=False)"],
)  # fmt: skip
def test_each_danger_is_seen(tmp_path, code):
    (tmp_path / "a.py").write_text(code)
    assert dangers(tmp_path / "a.py")


def test_no_rule_starts_a_shell():
    starts = re.compile(r"^\s*(shell|run|wrapper|notebook|cwl)\s*:|\bshell\(|\bos\.system", re.M)
    rules = [ROOT / "Snakefile", *(ROOT / "workflow/rules").rglob("*.smk")]
    assert len(rules) > 20
    for path in rules:
        assert not starts.search(path.read_text()), path


def test_a_pickled_array_runs_nothing(tmp_path):
    class Hostile:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    with open(tmp_path / "slices.npy", "wb") as file:
        np.save(file, np.array([Hostile()], object), allow_pickle=True)
    (tmp_path / "bare.npy").write_bytes(pickle.dumps(Hostile()))
    for name in ("slices", "bare"):
        path = str(tmp_path / f"{name}.npy")
        of_patient = SliceFiles(path, path, *(str(tmp_path / name) for name in ("slices.csv", "grid.json")))
        (tmp_path / "slices.csv").write_text("patient,index,slice,n_positive,lowest,highest\np,0,1,1,0,1\n")
        plane_of(2).write(of_patient.grid_json)
        files = StackFiles(*(str(tmp_path / "out" / name) for name in ("s.npy", "m.npy", "s.csv", "g.json")))
        for read in (
            lambda path: InputFiles(path, None).read(slice(1)),
            lambda path: InputFiles(path, path).shape,
            lambda path, of_patient=of_patient, files=files: stack({"p": of_patient}, files, print),
        ):
            with pytest.raises(ValueError):
                read(path)
    assert not (tmp_path / "ran").exists()
    with open(tmp_path / "bare.npy", "rb") as file:
        pickle.load(file)  # it would have
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_patients(tmp_path, name):
    assert name_problem(name).count("\n") == 0 and name_problem(name).isprintable()
    sheet = pd.DataFrame({"patient": [name], "pet": ["p.nii"], "mask": ["m.nii"]})
    sheet.to_csv(tmp_path / "s.tsv", sep="\t", index=False)
    with pytest.raises(CohortError):
        patients({"sheet": "s.tsv"}, tmp_path)
    if "/" in name or "\0" in name or name in ("", ".", "..") or len(name) > 250:
        return  # no folder can have it
    (tmp_path / "data" / name).mkdir(parents=True)
    (tmp_path / "data" / name / "pet.nii").touch()
    (tmp_path / "data" / "good").mkdir()
    (tmp_path / "data" / "good" / "pet.nii").touch()
    cohort = {"pet": "data/{patient}/pet.nii", "mask": "data/{patient}/mask.nii"}
    try:
        found = list(patients(cohort, tmp_path).index)
    except CohortError as error:
        assert all(line.isprintable() for line in str(error).splitlines())
    else:  # hidden folders are no patients
        assert found == ["good"] and name.startswith(".")


def test_names_that_differ_by_case_alone(tmp_path):
    (tmp_path / "s.tsv").write_text("patient\tpet\tmask\nanna\ta\tb\nANNA\tc\td\n")
    with pytest.raises(CohortError, match="which some file systems take for the same"):
        patients({"sheet": "s.tsv"}, tmp_path)


@pytest.mark.parametrize("name", ["{x}", "a\nb", "a\x1bb"])
def test_paths_that_snakemake_or_a_terminal_would_read(tmp_path, name):
    (tmp_path / "data/p" / name).mkdir(parents=True)
    (tmp_path / "data/p" / name / "pet.nii").touch()
    with pytest.raises(CohortError, match="holds a curly bracket or a control character; rename") as error:
        patients({"pet": "data/{patient}/*/pet.nii", "mask": "data/{patient}/mask.nii"}, tmp_path)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_networks_and_methods(name):
    cohort = {"cohort": {"phantom": {"patients": 9}}}
    for settings in ({"networks": {name: {"clicks": "none"}}}, {"methods": {name: {"network": "plain"}}}):
        with pytest.raises(UserError):
            check_config({**cohort, **settings}, SCHEMAS["config"])


@pytest.mark.parametrize("results", ["a\nb", "{patient}", "~/x", "a\0b", ""])
def test_hostile_results_folders(results):
    files = {
        "config": {"cohort": {"phantom": {"patients": 9}}},
        "segment": {"segment": {"models": "m", "pet": "p", "clicks": "c"}},
        "click_page": {"click_page": {"models": "m"}},
        "statistics": {"statistics": {"scores": "s"}},
    }
    for kind, settings in files.items():
        assert check_keys({**settings, "results": "../disk of mine/results"}, SCHEMAS[kind])  # the user's own choice
        with pytest.raises(UserError, match="results"):
            check_keys({**settings, "results": results}, SCHEMAS[kind])


def shared_study(folder, **changes):
    settings = check_config({"cohort": {"phantom": {"patients": 9}}}, SCHEMAS["config"])
    write_settings(folder / "settings.json", {k: v for k, v in settings.items() if k != "cohort"} | changes)
    (folder / "thresholds.csv").write_text("network,fold,threshold\n")
    for network in settings["networks"]:
        (folder / "models" / network).mkdir(parents=True)
        for fold in range(1, 6):
            (folder / f"models/{network}/fold-{fold}.onnx").touch()
    return trained_study(str(folder), lambda study: check_shared(study, SCHEMAS["config"]))


def test_a_strangers_study_is_checked_as_ones_own(tmp_path):
    study = shared_study(tmp_path)
    config = check_segment({"segment": {"models": "m", "pet": "p", "clicks": "c"}}, SCHEMAS["segment"], study)
    assert config["segment"]["methods"] == ["CNNonly", "CNNrand", "CNNcm", "rand1CNN", "cm1CNN"]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"methods": {"../../x": {"network": "plain"}}}, "the name ../../x cannot be used"),
        ({"networks": {"/etc": {"clicks": "none"}}}, "the name /etc cannot be used"),
        ({"methods": {"a": {"network": "../plain"}}}, "there is no network ../plain"),
        ({"folds": 10**12}, "folds: 1000000000000 is greater than"),
        ({"folds": None}, "folds"),
        ({"preprocess": {"size": 10**6}}, "preprocess.size"),
        ({"clicks": []}, "clicks"),
        ({"seen_mm": {"rows": 5}}, "is damaged or of another version"),
        ({"trained_on": "sarcomas\n\x1b[2Jof nobody"}, "is damaged or of another version"),
    ],
)
def test_a_strangers_settings_do_not_lead_out_of_the_results(tmp_path, changes, words):
    with pytest.raises(UserError, match=r"settings\.json is damaged") as error:
        shared_study(tmp_path, **changes)
    assert words in str(error.value)


def network_with_weights_in(path, place):
    """A network whose weights lie in another file."""
    weights = onnx.TensorProto(name="w", data_type=1, dims=[4], data_location=onnx.TensorProto.EXTERNAL)
    for key, value in (("location", place), ("offset", "0"), ("length", "16")):
        weights.external_data.add(key=key, value=value)
    ends = [onnx.helper.make_tensor_value_info(name, 1, [4]) for name in "xy"]
    graph = onnx.helper.make_graph([onnx.helper.make_node("Add", ["x", "w"], ["y"])], "g", ends[:1], ends[1:], [weights])
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.helper.set_model_props(made, {"window": "2 2"})
    path.write_bytes(made.SerializeToString())


@pytest.mark.parametrize("place", ["../secret", "beside", "{}/secret"])
def test_a_network_reads_no_other_file(tmp_path, place, monkeypatch):
    (tmp_path / "models").mkdir()
    for name in ("secret", "models/beside", "beside"):
        (tmp_path / name).write_bytes(bytes(16))
    monkeypatch.chdir(tmp_path)
    network_with_weights_in(tmp_path / "models/a.onnx", place.format(tmp_path))
    with pytest.raises(UserError, match="this is no network of a study"):
        load_network(tmp_path / "models/a.onnx")


def test_what_is_no_network_is_refused_in_a_sentence(tmp_path, capfd):
    (tmp_path / "a.onnx").write_bytes(b"no network")
    with pytest.raises(UserError, match=r"a\.onnx: this is no network of a study; copy it again"):
        load_network(tmp_path / "a.onnx")
    assert "onnxruntime" not in "".join(capfd.readouterr())


def test_loading_a_network_writes_no_report_on_it(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "a.onnx").write_bytes(b"no network")
    code = "import sys; from oneclick.networks.inference import load_network; load_network(sys.argv[1])"
    places = {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "home"), "PYTHONPATH": str(ROOT / "workflow/scripts")}
    environment = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"} | places
    command = [sys.executable, "-c", code, str(tmp_path / "a.onnx")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert "this is no network of a study" in done.stderr  # ONNX Runtime was there
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []


NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    r"^^5cinput{/etc/passwd}",
    r"\input{x} $\frac$ %&#_~",
]


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The statistics of scores from anywhere, whose methods, patients, measure and cases are hostile."""
    folder, rng = tmp_path_factory.mktemp("written"), np.random.default_rng(1)
    rows = [(m, f"<b>{p}</b>", f"{c}<i>", s) for m in NAMES for p in range(6) for c, s in enumerate(rng.random(2))]
    pd.DataFrame(rows, columns=["method", "patient", "case", "score"]).to_csv(folder / "in.csv", index=False)
    write_any_scores(folder / "in.csv", folder / "scores.csv", Outcome(NAMES[0], NAMES[1]), print)
    tables = [folder / f"{name}.csv" for name in ("methods", "pairs", "claims")]
    outcome, notices = Outcome(NAMES[0], NAMES[1]), Notices()
    write_by_patient(folder / "scores.csv", *tables, folder / "page.html", 1, [], outcome, notices)
    figures = [[folder / f"{name}.{kind}" for kind in ("png", "svg", "pdf")] for name in ("medians", "differences")]
    write_up(folder / "scores.csv", *tables[:2], folder / "a.md", folder / "a.tex", *figures, 1, outcome, notices)
    return folder


def test_names_are_text_on_pages_and_in_figures(written):
    for name in ("page.html", "medians.svg", "differences.svg"):
        found = Tags()
        found.feed((written / name).read_text())
        assert not found.tags & {"script", "img", "iframe", "b"} - ({"b"} if name == "page.html" else set()), name
        assert not any(attribute.startswith("on") for attribute in found.attributes)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in (written / "page.html").read_text()


def test_names_are_text_in_latex_and_markdown(written):
    text = (written / "a.tex").read_text()
    assert "^" not in text and "~" not in text
    commands = set(re.findall(r"\\([a-zA-Z]+)", text))
    ours = "begin caption toprule midrule bottomrule end textbackslash textasciicircum textasciitilde"
    assert commands <= set(ours.split()), commands
    assert text.count(r"\textasciicircum{}\textasciicircum{}5cinput\{/etc/passwd\}") == 4  # a row, and three of the pairs
    tables = "\n".join(line for line in (written / "a.md").read_text().splitlines() if line.startswith("|"))
    assert re.search("<script", tables) and not re.search(r"(?<!\\)<\S", tables)


def test_signs_that_steer_a_terminal_are_not_printed():
    assert plain("patient a\x1b[2J\r: ä †\nnext\x07") == "patient a?[2J?: ä †\nnext?"


def test_hostile_tables_of_clicks(tmp_path):
    for name in HOSTILE:
        pd.DataFrame({"patient": [name], "i": [1], "j": [1], "k": [1]}).to_csv(tmp_path / "clicks.csv", index=False)
        with pytest.raises(ClickError) as error:
            read_clicks(tmp_path / "clicks.csv", "p", np.eye(4), (4, 4, 4))
        assert "patient p: " in str(error.value) and str(error.value).isprintable()
    # entities that unfold, as XML's do, are unknown to JSON; deep lists end in a sentence
    (tmp_path / "deep.json").write_text("[" * 10**6)
    with pytest.raises(ClickError, match="not readable as JSON"):
        read_clicks(tmp_path / "deep.json", "p", np.eye(4), (4, 4, 4))


@pytest.mark.parametrize("study", ["a b.yaml", "a'b.yaml", 'a";touch ran;".yaml', "`touch ran`.yaml", "a;touch ran"])
def test_the_name_of_a_study_runs_nothing_in_make(tmp_path, study):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/.run").touch()
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs/requirements.txt").touch()
    os.utime(tmp_path / "envs/requirements.txt", (0, 0))
    (tmp_path / ".venv/bin/python").write_text(f"#!{sys.executable}\nimport sys; print(sys.argv[1:])\n")
    (tmp_path / ".venv/bin/python").chmod(0o755)
    done = subprocess.run(["make", "-s", "run", f"STUDY={study}", "CORES=3"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == f"{['workflow/study.py', study, '3', 'all']}\n", done.stderr
    assert not (tmp_path / "ran").exists()
