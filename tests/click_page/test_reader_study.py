"""A reader study: three readers are played at their pages by the browser's driver, and what they save becomes its tables.

They are simulated: they know the mask, and their codes say so."""

import base64
import csv
import gzip
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
import yaml
from browser import click_on, is_answered, open_page, wait
from conftest import TINY, Study, copy_of_workflow, finished  # noqa: F401 - a fixture
from network import attempt, server
from pages import clicks_of, with_packages
from scipy import ndimage
from selenium.webdriver.common.by import By

from oneclick.readers.cases import cases_of_reader

READERS = {"sim1": 0.0, "sim2": 0.5, "sim3": -0.75}
"""By how many voxels along i each of them clicks beside the centre of mass."""
STUDY = yaml.safe_load(TINY) | {
    "networks": {},
    "methods": {"grown": {"classical": "region_growing", "clicks": "center"}},
    "reader_study": {
        "readers": list(READERS),
        "patients": ["phantom-001", "phantom-002", "phantom-003"],
        "repeated": 1,
        "practice": "phantom-005",
        "break_after": 2,
    },
}

ASKS_BEFORE_LEAVING = """
const event = new Event("beforeunload", {cancelable: true});
dispatchEvent(event);
return event.defaultPrevented;
"""


@dataclass
class Reader:
    """Who reads at a page, and what stands of it: ``places`` by patient and repeat, [i, j, k] of each click; how many steps
    were ``undone`` in each; the ``texts`` that were read."""

    driver: object
    masks: dict[str, np.ndarray]
    beside: float
    places: dict[tuple[str, int], list[list[float]]] = field(default_factory=dict)
    undone: dict[tuple[str, int], int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def state(self, expression: str):
        return self.driver.execute_script(f"return clickPage.state.{expression}")

    def press(self, selector: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def go_on(self) -> None:
        """Leave what is shown between two cases."""
        self.texts.append(self.driver.find_element(By.ID, "between").text)
        self.press("#go-on")
        self.wait_for_case()

    def wait_for_case(self) -> None:
        wait(lambda: self.state("reading.now !== null && clickPage.state.patient?.opened !== undefined"), "the case")

    def targets(self, patient: str) -> list[list[float]]:
        """Where the reader clicks: beside the centre of mass of each tumour on each slice, a tumour a slice."""
        mask, found = self.masks[patient], []
        for k in np.flatnonzero(mask.any((0, 1))):
            labels, _ = ndimage.label(mask[..., k], np.ones((3, 3)))
            largest = np.argmax(np.bincount(labels.ravel())[1:]) + 1
            i, j = ndimage.center_of_mass(labels == largest)
            found.append([i + self.beside, j, int(k)])
        return found

    def click(self, place: list[float]) -> None:
        n = self.state("patient.clicks.length")
        click_on(self.driver, place)
        wait(lambda: self.state("patient.clicks.length") == n + 1, "the click")

    def mistake(self, how: str) -> None:
        """Take the last click back."""
        n = self.state("patient.clicks.length")
        self.press("#undo" if how == "undo" else "#click-list li:last-child .away")
        wait(lambda: self.state("patient.clicks.length") == n - 1, "the click, gone,")

    def read(self, mistakes: tuple[str, ...] = (), between=lambda: None) -> None:
        """Click all targets of the case in sight. Before the second one as many clicks are taken back as there are mistakes,
        and something is done between."""
        now = self.state("reading.now")
        self.texts.append(self.driver.find_element(By.ID, "case").text)
        of, targets = (now["patient"], now["repeat"]), self.targets(now["patient"])
        for number, place in enumerate(targets):
            if number == 1:
                for how in mistakes:
                    self.click([place[0], place[1] + 5, place[2]])
                    self.mistake(how)
                between()
            self.click(place)
        if not now["practice"]:
            self.places[of], self.undone[of] = targets, len(mistakes)

    def next(self, button: str = "#next") -> None:
        now = self.state("reading.now.case")
        self.press(button)
        wait(
            lambda: self.state(f"reading.pause !== null || (clickPage.state.reading.now?.case ?? {now}) !== {now}"),
            "what follows",
        )
        if self.state("reading.pause") is None:
            self.wait_for_case()


def play(reader: Reader, page: Path, downloads: Path) -> Path:
    """A whole reading: practice, mistakes, a break and a reload in the first case, a case without tumours said of sim3, a
    break between cases. Gives the saved file."""
    driver = reader.driver

    def break_and_reload():
        reader.press("#pause")
        reader.go_on()
        driver.refresh()
        wait(lambda: driver.execute_script("return document.documentElement.dataset.ready === 'yes'"), "the page again")
        reader.go_on()

    open_page(driver, page)
    reader.go_on()
    reader.press("#next")
    assert "You have not clicked yet" in driver.find_element(By.ID, "case-problem").text
    reader.read()
    reader.next()
    reader.go_on()
    reader.read(("undo", "delete"), break_and_reload)
    reader.next()
    for _ in range(3):
        if reader.state("reading.pause") == "break":
            reader.go_on()
        if page.stem == "sim3" and reader.state("reading.now.case") == 2:
            now = reader.state("reading.now")
            reader.places[now["patient"], now["repeat"]], reader.undone[now["patient"], now["repeat"]] = [], 0
            reader.next("#no-tumour")
        else:
            reader.read()
            reader.next()
    assert reader.state("reading.pause") == "end"
    reader.texts.append(driver.find_element(By.ID, "between").text)
    assert driver.execute_script(ASKS_BEFORE_LEAVING)
    reader.press("#between .save-reading")
    wait((downloads / f"{page.stem}.csv").is_file, f"{page.stem}.csv among the downloads")
    assert not driver.execute_script(ASKS_BEFORE_LEAVING)
    return downloads / f"{page.stem}.csv"


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Study:
    """A study with the pages of its readers."""
    study = with_packages(copy_of_workflow(tmp_path_factory.mktemp("asked"), yaml.safe_dump(STUDY)))
    done = study.snakemake("reader_study")
    assert done.returncode == 0, done.stdout + done.stderr
    return study


@pytest.fixture(scope="module")
def played(asked, driver, downloads) -> dict[str, tuple[Reader, Path]]:
    """Each reader with the file that they saved."""
    masks = {path.parent.name: nib.load(path).get_fdata() > 0 for path in asked.folder.glob("results/cohort/*/mask.nii.gz")}
    done = {}
    for code, beside in READERS.items():
        reader = Reader(driver, masks, beside)
        done[code] = reader, play(reader, asked.folder / f"results/readers/pages/{code}.html", downloads)
    return done


@pytest.fixture(scope="module")
def told(asked, played) -> Path:
    """The results of the study after the readers' files came back."""
    (asked.folder / "readers").mkdir()
    for code, (_, path) in played.items():
        (asked.folder / f"readers/{code}.csv").write_bytes(path.read_bytes())
    (asked.folder / "config.yaml").write_text(yaml.safe_dump(STUDY | {"clicks": {"readers": "readers/*.csv"}}))
    done = asked.snakemake("readers")
    assert done.returncode == 0, done.stdout + done.stderr
    return asked.folder / "results"


def rows_of(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_clicks_come_back_at_the_places_that_were_played(told, played):
    for code, (reader, _) in played.items():
        clicks = pd.read_csv(told / f"readers/clicks/{code}.csv")
        readings = pd.read_csv(told / f"readers/readings/{code}.csv")
        assert len(readings) == len(reader.places) == 4
        for row in readings.itertuples():
            of = clicks[(clicks["patient"] == row.patient) & (clicks["repeat"] == row.repeat)].sort_values("click")
            expected = np.array(reader.places[row.patient, row.repeat]).reshape(-1, 3)
            # A pixel of the screen is a tenth of a voxel.
            np.testing.assert_allclose(of[["i", "j", "k"]].to_numpy(), expected, rtol=0, atol=0.1)
            assert (row.clicks, row.undone) == (len(expected), reader.undone[row.patient, row.repeat])
            assert row.seconds > 0


def test_the_tables_say_how_far_beside_the_centre_was_clicked(told, asked):
    affine = nib.load(asked.folder / "results/cohort/phantom-001/pet.nii.gz").affine
    table = pd.read_csv(told / "tables/readers.csv").set_index(["group", "measure"])["value"]
    tenth = abs(affine[0, 0]) / 10
    for code, beside in READERS.items():
        left = -affine[0, 0] * beside  # of RAS, whose first axis runs to the right
        assert table[code, "bias_left_mm"] == pytest.approx(left, abs=tenth)
        assert table[code, "bias_back_mm"] == pytest.approx(0, abs=tenth)
        assert table[code, "spread_mm"] < tenth
        assert table[code, "missed"] == 0 and table[code, "errors_per_patient"] == 0
    assert table["sim1", "lesions_not_clicked"] == 0 < table["sim3", "lesions_not_clicked"]


def test_cases_come_in_the_order_of_each_reader(asked, played):
    patients = [f"phantom-{n:03d}" for n in range(1, 6)]
    settings = {"instruction": None, "clicks": "slice", "show_answer": False} | STUDY["reader_study"]
    orders = {}
    for code, (_, path) in played.items():
        expected = cases_of_reader(settings, code, patients, STUDY["seed"])
        rows = rows_of(path)
        assert {row["page"] for row in rows} == {expected["digest"]} and {row["reader"] for row in rows} == {code}
        shown = [int(row["case"]) for row in rows if row["event"] == "case"]
        assert shown == [0, 1, 1, 1, 2, 3, 4]  # a break and a reload in the first case
        cases = {int(row["case"]): row["patient"] for row in rows if row["event"] == "next"}
        assert cases == {case["case"]: case["patient"] for case in expected["cases"]}
        orders[code] = list(cases.values())
    assert len({tuple(order) for order in orders.values()}) > 1


def test_events_are_those_of_the_reading(played):
    rows = rows_of(played["sim1"][1])
    events = [row["event"] for row in rows if row["event"] not in ("slice", "click", "window")]
    assert events == [
        "start", "case", "next", "case", "undo", "delete", "break", "case", "start", "case", "next", "case", "next", "break",
        "case", "next", "case", "next", "end",
    ]  # fmt: skip
    starts = [at for at, row in enumerate(rows) if row["event"] == "start"]
    for first, last in zip(starts, [*starts[1:], len(rows)], strict=True):
        ms = [float(row["ms"]) for row in rows[first:last]]
        assert ms == sorted(ms)
    clicks = [row for row in rows if row["event"] == "click"]
    assert {row["view"] for row in clicks} == {"transaxial"}
    # The last slice before a click is the one that was clicked.
    slices = [next(row for row in reversed(rows[:at]) if row["event"] == "slice") for at in map(rows.index, clicks)]
    assert [row["slice"] for row in slices] == [row["slice"] for row in clicks] and len({row["slice"] for row in slices}) > 1
    assert all(row["slice"] == str(round(float(row["k"]))) for row in clicks)
    assert all(float(row["window_low"]) == 0 < float(row["window_high"]) for row in clicks)


def test_the_reader_is_told_where_they_are_and_never_whom_they_see(played):
    for code, (reader, _) in played.items():
        first, practice, *others = reader.texts
        assert first.startswith(f"Reader {code}") and "Click each tumour once on each slice that shows it." in first
        assert "There are 4 cases" in first and f"{code}.csv" in first
        assert practice.startswith("Practice case, not counted")
        assert any(text.startswith("Case 1 of 4") for text in others)
        assert any(text.startswith("A break\n2 of 4 cases are read") for text in others)
        assert sum("Your click in this case is kept." in text for text in others) == 2  # the break and the reload
        assert others[-1].startswith("That was the last case") and "It holds no image" in others[-1]
        assert not any("phantom" in text for text in reader.texts)


def test_a_page_holds_no_mask(asked):
    """Looked for as it is stored, packed and not, in the page and in all that the page unpacks."""
    page = (asked.folder / "results/readers/pages/sim1.html").read_bytes()
    parts = [page, *(gzip.decompress(base64.b64decode(text)) for name, text in packed_parts(page.decode()))]
    masks = sorted(asked.folder.glob("results/cohort/*/mask.nii.gz"))
    for path in masks:
        mask = np.asarray(nib.load(path).dataobj)
        assert mask.any() and mask.dtype.itemsize == 1
        for order in "FC":
            # A line of the mask's voxels that holds its tumour
            flat = mask.tobytes(order=order)
            line = flat[flat.index(1) - 2 : flat.rindex(1) + 3]
            assert not any(line in part for part in parts), path
        assert not any(base64.b64encode(path.read_bytes())[20:-20] in part for part in parts), path
    assert len(masks) == 5


def packed_parts(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<script type="text/plain" id="(.*?)">(.*?)</script>', page, re.S)


def parts_of(page: Path) -> dict[str, str]:
    """The elements of a page that hold data, by their ids."""
    text = page.read_text(encoding="utf-8")
    (study,) = re.findall(r'<script type="application/json" id="study">(.*?)</script>', text, re.S)
    return {"study": study} | dict(packed_parts(text))


def test_a_page_holds_the_scans_that_are_read_and_nothing_else(asked):
    parts = parts_of(asked.folder / "results/readers/pages/sim1.html")
    study = json.loads(parts.pop("study"))
    read = [*STUDY["reader_study"]["patients"], "phantom-005"]
    assert parts.keys() == {f"scan-{patient}" for patient in read}
    assert study.keys() == {"name", "code", "reading", "methods", "networks"} and study["methods"] == {}
    for patient in read:
        image = nib.Nifti1Image.from_bytes(gzip.decompress(base64.b64decode(parts[f"scan-{patient}"])))
        pet = nib.load(asked.folder / f"results/cohort/{patient}/pet.nii.gz")
        expected = pet.get_fdata()
        half_a_step = np.ptp(expected) / 65535 / 2
        np.testing.assert_allclose(image.get_fdata(), expected, rtol=0, atol=half_a_step * 1.01)
        assert image.get_data_dtype() == np.int16 and half_a_step < 0.001
        np.testing.assert_array_equal(image.affine, pet.affine)
        assert not bytes(image.header["descrip"]).strip(b"\0") and not image.header.extensions


def test_a_second_window_stops_the_first(asked, driver):
    page = asked.folder / "results/readers/pages/sim2.html"
    open_page(driver, page)
    driver.execute_script("localStorage.clear()")
    open_page(driver, page)
    first = driver.current_window_handle
    driver.switch_to.new_window("window")
    try:
        open_page(driver, page)
        second = driver.current_window_handle
        driver.switch_to.window(first)
        between = driver.find_element(By.ID, "between")
        wait(lambda: between.text.startswith("This reading goes on in another window"), "the word of it")
        assert not driver.find_element(By.ID, "go-on").is_displayed()
    finally:
        driver.switch_to.window(second)
        driver.close()
        driver.switch_to.window(first)


def test_readers_who_are_to_see_an_answer_see_the_mask_and_no_numbers(finished, driver, tmp_path):  # noqa: F811
    study = with_packages(finished.copy(tmp_path / "study"))
    shown = {"readers": ["sim1"], "patients": ["phantom-001"], "repeated": 0, "show_answer": True}
    (study.folder / "config.yaml").write_text(TINY + yaml.safe_dump({"reader_study": shown}))
    done = study.snakemake("reader_study")
    assert done.returncode == 0, done.stdout + done.stderr
    page = study.folder / "results/readers/pages/sim1.html"
    parts = parts_of(page)
    told = json.loads(parts["study"])
    assert list(told["methods"]) == [told["method"]] == ["CNNonly"]
    assert parts.keys() - {"study"} == {"runtime", "model-plain-1", "model-plain-2", "scan-phantom-001"}
    # exact, for networks look at it
    image = nib.Nifti1Image.from_bytes(gzip.decompress(base64.b64decode(parts["scan-phantom-001"])))
    pet = nib.load(study.folder / "results/cohort/phantom-001/pet.nii.gz")
    np.testing.assert_array_equal(np.asarray(image.dataobj), np.asarray(pet.dataobj, np.float32))
    open_page(driver, page)
    reader = Reader(driver, {}, 0)
    reader.go_on()
    reader.click(clicks_of(study)[0])
    wait(lambda: is_answered(driver), "the mask")
    assert reader.state("patient.answer.mask.length") == image.get_fdata().size
    assert driver.find_element(By.ID, "mask-shown").is_displayed()
    told = [driver.find_element(By.ID, name).text for name in ("status", "click-list")]
    assert told[0] in ("Ready: the outline is what is found of your clicks.", "Ready: nothing found.")
    assert "lesion" not in told[1] and "CNN" not in driver.find_element(By.TAG_NAME, "body").text
    for name in ("method", "lesions", "saving", "patients", "welcome", "warnings"):
        assert not driver.find_element(By.ID, name).is_displayed(), name


def test_the_same_study_gives_the_same_pages(asked):
    pages = sorted(asked.folder.glob("results/readers/pages/*.html"))
    before = [page.read_bytes() for page in pages]
    done = asked.snakemake("reader_study", "--forcerun", "reading_page")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [page.read_bytes() for page in pages] == before and len(set(before)) == 3


def test_nothing_of_a_readers_page_goes_over_the_network(asked, driver):
    with server() as (address, got):
        open_page(driver, asked.folder / "results/readers/pages/sim1.html")
        attempt(driver, address)
        driver.execute_async_script("setTimeout(arguments[0], 2000)")
        driver.get(f"http://{address}/visit")
        wait(lambda: "/visit" in got, "the visit")
    assert [path for path in got if path not in ("/visit", "/favicon.ico")] == []


def test_a_further_reader_makes_one_page_and_another_scan_all(asked, tmp_path):
    study = asked.copy(tmp_path / "study")
    (study.folder / "config.yaml").write_text(yaml.safe_dump(STUDY))
    assert study.jobs("reader_study") == {}
    more = STUDY | {"reader_study": STUDY["reader_study"] | {"readers": [*READERS, "sim4"]}}
    (study.folder / "more.yaml").write_text(yaml.safe_dump(more))
    assert study.jobs("reader_study", "--configfile", "more.yaml") == {
        "reader_cases": 1,
        "reading_page": 1,
        "reader_study": 1,
    }
    pet = study.folder / "results/cohort/phantom-001/pet.nii.gz"
    pet.touch()
    assert study.jobs("reader_study") == {"verify": 1, "verified": 1, "reading_page": 3, "reader_study": 1}


def test_an_answer_needs_a_method_with_a_network(tmp_path):
    study = copy_of_workflow(
        tmp_path, yaml.safe_dump(STUDY | {"reader_study": STUDY["reader_study"] | {"show_answer": True}})
    )
    done = study.asked("reader_study")
    assert done.returncode == 1
    wrong = "no method has a network that was made without readers; add one, or set it to false"
    assert done.stderr.splitlines()[-1] == f"config.yaml: reader_study.show_answer: {wrong}"


def test_without_its_packages_the_pages_are_refused_in_a_sentence(tmp_path):
    study = copy_of_workflow(tmp_path, yaml.safe_dump(STUDY))
    done = study.asked("reader_study")
    assert done.returncode == 1
    missing = "The reader study needs packages of JavaScript that are not installed here"
    assert done.stderr.splitlines()[-1] == f"{missing}; run make reader-study STUDY=my-study.yaml once, which installs them"


def test_a_study_that_asks_for_no_readers_is_told_so(tmp_path):
    study = copy_of_workflow(tmp_path, TINY)
    done = study.asked("reader_study")
    assert done.returncode == 1
    wrong = "there is no such section; write in it who reads which patients (docs/how-to/reader-study.md)"
    assert done.stderr.splitlines()[-2:] == ["The reader study cannot start:", f"config.yaml: reader_study: {wrong}"]
