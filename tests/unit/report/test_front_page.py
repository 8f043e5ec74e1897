"""The report: what its page is made of."""

import html.parser
import json
import re
from base64 import b64decode, b64encode
from pathlib import Path

import pandas as pd
import pytest

from oneclick.common.warned import Warned, write_warnings
from oneclick.evaluation.by_patient import Outcome, method_table, pair_table
from oneclick.report import front_page, making, page
from oneclick.report.front_page import Tables, by_category, items_of, write_front_page
from oneclick.report.marks import Notices

PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAEklEQVR4nGP8z8Dwn4EBhQAAKAoC/0xnYJIAAAAASUVORK5CYII=")
"""3 x 2 pixels."""
KINDS = {"CNNonly": ("none", "none"), "cm1CNN": ("center", "none")}
ROOT = Path(__file__).parents[3]


def about(category="Figures", title="Figure 1 Methods", caption="What is *shown*: a b. More."):
    return {"category": category, "title": title, "caption": caption}


@pytest.fixture
def shown(tmp_path):
    """A function that makes the page's item of a file."""

    def item(name, content, **facts):
        path = tmp_path / name
        path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
        return items_of([(str(path), about(**facts))], str(tmp_path / "report.html"), False)[0]

    return item


def test_a_picture_is_inside_with_its_size_and_words_for_who_cannot_see_it(shown):
    item = shown("flowchart.png", PNG)
    source, words = f"data:image/png;base64,{b64encode(PNG).decode()}", "Figure 1 Methods. What is shown:"
    assert item.body == f'<img src="{source}" alt="{words}" width="3" height="2">'
    assert item.caption == "<p>What is <em>shown</em>: a b. More.</p>\n"


def test_a_page_is_its_body_below_headings_of_the_report(shown):
    text = page.page("Table 1", ["<p>a &lt; b</p>", "<h2>Spread</h2>"], phantom=True)
    assert shown("t.html", text).body.split() == ["<p>a", "&lt;", "b</p>", "<h4>Spread</h4>"]


def test_a_table_can_be_saved_and_what_is_too_large_is_linked(shown, monkeypatch):
    item = shown("scores.csv", "a,b\n1,2\n", category="Scores")
    data = re.search(r'<a download="scores.csv" href="data:text/csv;base64,(\S+)">', item.body)[1]
    assert b64decode(data) == b"a,b\n1,2\n" and item.folded
    monkeypatch.setattr(front_page, "MOST_BYTES", 10)
    item = shown("scores.csv", "a,b\n1,2\n", category="Scores")
    assert item.body is None and item.address == "scores.csv"


def test_a_folder_is_all_its_pictures(tmp_path):
    (tmp_path / "sheets").mkdir()
    for name in ("b.png", "a.png", "c.txt"):
        (tmp_path / "sheets" / name).write_bytes(PNG)
    body = items_of([(str(tmp_path / "sheets"), about())], str(tmp_path / "r.html"), False)[0].body
    assert re.findall(r'alt="(\w)"', body) == ["a", "b"]


def test_captions_are_those_of_snakemakes_report_and_insert_nothing(tmp_path):
    caption = '.. include:: /etc/passwd\n\n.. raw:: html\n\n   <script>\n\nShown{% if "phantom" in snakemake.config.get('
    caption += '"cohort", {}) %}, simulated{% endif %}{% if snakemake.params.classical %}, classical{% endif %}.'
    # that patients are simulated is said by the page
    assert front_page.caption_of(caption, True).strip() == "<p>Shown, classical.</p>"
    assert front_page.caption_of(caption, False).strip() == "<p>Shown.</p>"


@pytest.mark.parametrize("path", sorted((ROOT / "workflow/report").glob("*.rst")), ids=lambda path: path.stem)
def test_every_caption_can_be_shown(path):
    words = front_page.caption_of(path.read_text(), True)
    assert words.startswith("<") and "system-message" not in words and "{" not in words


def test_categories_are_in_order_and_what_is_new_has_its_place():
    categories = ["Scores", "New", "Figures", "What was run", "Conclusions", "Figures"]
    titles = ["a", "b", "Figure 10 c", "d", "e", "Figure 2 f"]
    items = [front_page.Item(*of, "", "", "", False) for of in zip("abcdef", categories, titles, strict=True)]
    order = {category: [item.name for item in found] for category, found in by_category(items).items()}
    assert list(order.items()) == [
        ("Conclusions", ["e"]), ("Figures", ["f", "c"]), ("New", ["b"]), ("Scores", ["a"]), ("What was run", ["d"])
    ]  # fmt: skip


class Outline(html.parser.HTMLParser):
    """Tags that are open, ids and the texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function that writes a report of two methods, with warnings, and gives its text."""
    facts = {"Settings": "my<b>.yaml", "Made on": "2026-11-27", "Machine": "fast", "Time": "3 min 5 s"}
    monkeypatch.setattr(making, "facts", lambda logs: facts)

    def write(warnings=(), phantom=False, names=("CNNonly", "cm1CNN")):
        rows = [(m, f"p{n}", 1, 1, 0.5 + 0.01 * n + 0.125 * (m == names[1])) for m in names for n in range(6)]
        scores = pd.DataFrame(rows, columns=["method", "patient", "slice", "fold", "dice"])
        paths = [str(tmp_path / f"{name}.csv") for name in ("median_dice", "methods", "pairs", "warnings", "run")]
        medians = {"method": names, "test_set": "all", "paper_median_dice": [0.535, 0.708]}
        for path, table in zip(paths, (pd.DataFrame(medians), method_table(scores, 1), pair_table(scores, 1)), strict=False):
            table.to_csv(path, index=False)
        write_warnings(paths[3], "train plain fold 1", warnings)
        counts = {"Patients": 7, "Patients with slices": 6, "Slices": 6}
        run = [("counts", name, n) for name, n in counts.items()] + [("configuration", "Slices", 99)]
        pd.DataFrame(run, columns=["part", "name", "value"]).to_csv(paths[4], index=False)
        files = {
            "medians.png": "Figure 5 Medians",
            "example_slices.png": "Figure 3 Four slices",
            "flowchart.png": "Figure 1",
        }
        for name in files:
            (tmp_path / name).write_bytes(PNG)
        kinds = dict(zip(names, KINDS.values(), strict=True))
        shown = [(str(tmp_path / name), about(title=title)) for name, title in files.items()]
        notices = Notices(oracles=[names[1]], phantom=phantom)
        write_front_page(shown, Tables(*paths), kinds, Outcome(), notices, "logs", str(tmp_path / "report.html"))
        return (tmp_path / "report.html").read_text()

    return write


def test_the_first_page_answers(written):
    text = written()
    outline = Outline(text)
    assert outline.open == []
    for words in ("my<b>.yaml", "2026-11-27", "3 min 5 s", "Patients: 7; Patients with slices: 6; Slices: 6", "none"):
        assert words in outline.text
    assert (
        "raised the Dice of a slice by 0.125 in the median (95 % interval 0.125 to 0.125, by patients; n = 6" in outline.text
    )
    # medians of 0.5 to 0.55, and 0.125 more, each beside the paper's
    assert re.search(r"CNNonly</th><td>0.525</td><td>0.\d{3} to 0.\d{3}</td><td>0.535<", text)
    assert re.search(r"cm1CNN†</th><td><b>0.650</b></td><td>0.\d{3} to 0.\d{3}</td><td>0.708<", text)
    images = [attributes["alt"] for tag, attributes in outline.tags if tag == "img"]
    assert [alt.partition(".")[0] for alt in images] == ["Figure 5 Medians", "Figure 3 Four slices", "Figure 1"]
    assert text.index("Figure 3") < text.index("No job warned") < text.index("Figure 1") < text.index("provenance.html")
    ids = {attributes["id"] for _, attributes in outline.tags if "id" in attributes}
    links = {attributes["href"] for tag, attributes in outline.tags if tag == "a"}
    assert {link[1:] for link in links if link.startswith("#")} == ids - {None}
    assert "hantom" not in outline.text.replace("phantom {", "")


def test_nothing_is_loaded_and_no_script_runs(written):
    text = written(phantom=True)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
    assert "default-src 'none'" in policy and "img-src data:" in policy and "script" not in policy
    outline = Outline(text)
    assert {tag for tag, _ in outline.tags} & {"script", "link", "iframe", "object", "form"} == set()
    assert all(attributes["src"].startswith("data:image/png;") for tag, attributes in outline.tags if tag == "img")
    assert "url(" not in text and "@import" not in text


def test_phantom_results_are_called_so_in_the_sentence_and_above_it(written):
    text = Outline(written(phantom=True)).text
    assert "Phantom results: One click" in text and page.PHANTOM_NOTE in text


def test_all_warnings_are_there_and_many_unfold(written):
    few = [Warned("no <slice>", "it is left out", "P07", "/home/someone/P07.nii"), Warned("run 1 collapsed")]
    outline = Outline(written(few))
    assert "2 warnings" in outline.text and "P07train plain fold 1no <slice>it is left out" in outline.text
    assert "Studytrain plain fold 1run 1 collapsed" in outline.text and "someone" not in outline.text
    many = Outline(written([Warned(f"odd {n}") for n in range(40)]))
    assert all(f"fold 1odd {n}" in many.text for n in range(40)) and "28 more" in many.text
    assert "No job warned" not in many.text


def test_a_study_without_the_first_pages_figures_has_a_page(written, monkeypatch):
    whole = front_page.items_of
    monkeypatch.setattr(front_page, "items_of", lambda shown, *rest: whole(shown[2:], *rest))
    outline = Outline(written())
    assert outline.open == [] and [tag for tag, _ in outline.tags].count("img") == 1
    assert not any(attributes.get("id") == "examples" for _, attributes in outline.tags)


def test_names_of_methods_are_text(written):
    text = written(names=("a<script>", 'b"&'))
    assert "<script" not in text and "a&lt;script&gt;" in text


def test_times_are_said_in_words():
    assert [making.in_words(seconds) for seconds in (0.4, 59.6, 185, 7620)] == ["0 s", "1 min 0 s", "3 min 5 s", "2 h 7 min"]


def test_time_is_the_sum_of_the_jobs_and_that_of_the_last_run(tmp_path, monkeypatch):
    assert making.how_long(tmp_path, tmp_path / "started") == making.UNKNOWN
    for name, seconds in {"train/plain/fold-1": 100.2, "train/plain/fold-2": 80.3, "verify/verify": 4.4}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.tsv").write_text(f"s\th:m:s\n{seconds}\t0:00:01\n")
    (tmp_path / "train/plain/fold-1.log").write_text("s\n9\n")
    (tmp_path / "started").write_text("my.yaml")
    began = (tmp_path / "started").stat().st_mtime
    monkeypatch.setattr(making.time, "time", lambda: began + 70)
    words = "3 min 5 s of computing in 3 jobs, of these 3 min 0 s in 2 trainings; the last run took 1 min 10 s"
    assert making.how_long(tmp_path, tmp_path / "started") == words
    assert making.study_name(tmp_path / "started") == "my.yaml"


def test_the_machine_is_described_without_its_name(tmp_path):
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name\t: Fast CPU 3000 @ 2 GHz\n")
    card = tmp_path / "driver/nvidia/gpus/0000"
    card.mkdir(parents=True)
    (card / "information").write_text("Model: \t\t NVIDIA H100\nGPU UUID: 1234\n")
    words = making.hardware(tmp_path)
    assert re.fullmatch(r"Fast CPU 3000 @ 2 GHz, \d+ cores?, \d+ GiB of memory, NVIDIA H100, \w+", words)


def test_the_commit_is_that_of_the_code_and_of_no_repository_around_it(tmp_path):
    import subprocess

    def git(*arguments):
        name = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        return subprocess.run(
            ["git", *name, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout.strip()

    inner = tmp_path / "inner"
    (inner / "workflow").mkdir(parents=True)
    for folder in (tmp_path, inner):
        (folder / "Snakefile").write_text("")
    assert making.commit(tmp_path) == making.UNKNOWN
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "x")
    found = git("rev-parse", "HEAD")
    assert making.commit(tmp_path) == found[:12] and making.commit(inner) == making.UNKNOWN
    (tmp_path / "Snakefile").write_text("x = 1\n")
    assert making.commit(tmp_path) == f"{found[:12]}, with changes"


def test_facts_are_few_and_plain(tmp_path):
    facts = making.facts(tmp_path)
    assert list(facts) == ["Settings", "Made on", "Version", "Machine", "Time"] and json.dumps(facts)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", facts["Made on"])
