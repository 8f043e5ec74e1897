"""A person at the click page, played by the browser's driver: opens scans, clicks, undoes, saves, leaves and comes back."""

import csv
import io
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from browser import answer, open_page, wait
from pages import write_page
from scipy import ndimage
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PATIENT = "clickPage.state.patient"


class Person:
    """What a person does at the page, and sees."""

    def __init__(self, driver, folder: Path):
        self.driver, self.folder = driver, folder

    def find(self, name: str):
        return self.driver.find_element(By.ID, name)

    def text(self, name: str) -> str:
        return self.find(name).text

    def see(self, expression: str, *arguments):
        return answer(self.driver, expression, *arguments)

    def settle(self) -> None:
        """Wait until the page has nothing to do."""
        wait(lambda: self.see("document.body.dataset.state !== 'busy'"), "an answer")
        self.see("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def open(self, *paths) -> None:
        self.find("files").send_keys("\n".join(map(str, paths)))
        self.settle()

    def keys(self, *words: str) -> None:
        actions = ActionChains(self.driver)
        for word in words:
            *held, key = word.split("+") if len(word) > 1 else [word]
            for one in held:
                actions.key_down(getattr(Keys, one))
            actions.send_keys(getattr(Keys, key, key))
            for one in held:
                actions.key_up(getattr(Keys, one))
        actions.perform()
        self.settle()

    def type(self, name: str, text: str) -> None:
        """Write into a field in the place of what is there."""
        self.find(name).send_keys(Keys.CONTROL + "a" + Keys.NULL + text)
        self.settle()

    def at(self, voxel, view="transaxial") -> tuple[int, int]:
        x, y = self.see("clickPage.whereIs(a, b)", [*map(int, voxel)], view)
        return round(x), round(y)

    def press(self, voxel, view="transaxial", button=0) -> None:
        """Click where a voxel is drawn."""
        actions = ActionChains(self.driver)
        actions.w3c_actions.pointer_action.move_to_location(*self.at(voxel, view)).click(button=button)
        actions.perform()
        self.settle()

    def go(self, voxel) -> None:
        """Bring a voxel's transaxial slice in sight, with the keys."""
        self.see("document.querySelector('[data-view=transaxial]').focus()")
        for _ in range(100):
            cross = self.cross()
            if cross[2] == voxel[2]:
                return
            head = self.see(f"{PATIENT}.opened.scan.affine[2][2] > 0")  # slices count from the feet
            self.keys("PAGE_UP" if (voxel[2] > cross[2]) == head else "PAGE_DOWN")
        raise AssertionError(f"slice {voxel[2]} is not reached from {self.cross()}")

    def mark(self, voxel) -> None:
        self.go(voxel)
        self.press(voxel)

    def cross(self) -> list[int]:
        """The voxel of the cross-hair, as the page writes it on the large view."""
        caption = self.driver.find_element(By.CSS_SELECTOR, ".view.large .caption").text
        return [int(index) for index in caption.rpartition("voxel ")[2].split(", ")]

    def clicks(self) -> list[list[int]]:
        return self.see(f"{PATIENT}.clicks.map(({{voxel}}) => voxel)")

    def saved(self, name: str) -> Path:
        path = self.folder / name
        wait(path.exists, name)
        return path

    def place(self) -> dict:
        """Where the large view lies on the screen, in pixels."""
        return self.driver.find_element(By.CSS_SELECTOR, ".view.large").rect

    def warnings(self) -> str:
        return self.text("warnings")


FORGET = "Object.assign(clickPage.state, {patient: null, patients: []}); localStorage.clear()"
"""As if nobody had been at the page: else it keeps its clicks once more when it is left."""


@pytest.fixture
def person(driver, click_html, downloads):
    """At a page that was just opened, in a browser that keeps nothing of before."""
    open_page(driver, click_html)
    driver.execute_script(FORGET)
    for path in downloads.iterdir():
        path.unlink()
    open_page(driver, click_html)
    yield Person(driver, downloads)
    driver.execute_script(FORGET)


@pytest.fixture(scope="module")
def scan(clickable) -> Path:
    """That of the phantom whose tumour is on most slices."""
    return clickable.folder / "results/cohort/phantom-002/pet.nii.gz"


@pytest.fixture(scope="module")
def tumour(scan) -> list[list[int]]:
    """A voxel in the tumour on each of three slices: the one deepest in it."""
    mask = np.asarray(nib.load(scan.with_name("mask.nii.gz")).dataobj) > 0
    areas = mask.sum((0, 1))
    first = int(np.argmax([areas[k : k + 3].min() for k in range(len(areas) - 2)]))
    deep = (ndimage.distance_transform_edt(mask[:, :, k]) for k in range(first, first + 3))
    return [[*map(int, np.unravel_index(depth.argmax(), depth.shape)), first + n] for n, depth in enumerate(deep)]


def rows(path: Path) -> list[dict]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_from_a_scan_to_saved_files(person, scan, tumour):
    person.open(scan)
    assert "click on a tumour" in person.text("status")
    for voxel in tumour:
        person.mark(voxel)
    assert person.clicks() == tumour
    person.find("save-all").click()
    method = person.find("method").get_attribute("value")
    mask = nib.load(person.saved(f"pet_{method}_mask.nii.gz"))
    pet, voxels = nib.load(scan), np.asarray(mask.dataobj)
    np.testing.assert_allclose(mask.affine, pet.affine, atol=1e-5)
    assert voxels.shape == pet.shape and set(np.unique(voxels)) == {0, 1}
    # The networks of this small study know little; what they say of a slice lies on that slice.
    assert set(np.flatnonzero(voxels.any((0, 1)))) <= {k for *_, k in tumour}
    lesions = rows(person.saved(f"pet_{method}_lesions.csv"))
    ml = abs(np.linalg.det(pet.affine[:3, :3])) / 1000
    assert sum(int(row["n_voxels"]) for row in lesions) == voxels.sum()
    np.testing.assert_allclose(sum(float(row["volume_ml"]) for row in lesions), voxels.sum() * ml, atol=0.01)
    data, (numbers, _) = pet.get_fdata(), ndimage.label(voxels, np.ones((3, 3, 3)))
    hottest = sorted(data[numbers == n].max() for n in range(1, numbers.max() + 1))
    np.testing.assert_allclose(sorted(float(row["suv_max"]) for row in lesions), hottest, atol=6e-4)
    # and on the screen, the first row
    shown = person.find("lesions").find_elements(By.CSS_SELECTOR, "tbody tr:first-child td")
    assert float(shown[2].text) == pytest.approx(float(lesions[0]["suv_max"]), rel=6e-3)
    assert [[int(row[axis]) for axis in "ijk"] for row in rows(person.saved("pet_clicks.csv"))] == tumour
    assert {row["patient"] for row in rows(person.saved("pet_clicks.csv"))} == {"pet"}
    events = rows(person.saved("pet_log.csv"))
    clicked = [[float(row[axis]) for axis in "ijk"] for row in events if row["event"] == "click"]
    np.testing.assert_allclose(clicked, tumour, atol=0.5)
    assert [row["slice"] for row in events if row["event"] == "click"] == [str(k) for *_, k in tumour]
    ms = [float(row["ms"]) for row in events]
    assert ms == sorted(ms) and len({row["page"] for row in events}) == 1 and len(events[0]["page"]) == 64


def test_what_is_done_can_be_undone(person, scan, tumour):
    person.open(scan)
    for voxel in tumour[:2]:
        person.mark(voxel)
    first, second = tumour[:2]
    person.find("undo").click()
    person.settle()
    assert person.clicks() == [first] and person.cross() == second
    person.keys("CONTROL+y")
    assert person.clicks() == [first, second]
    person.press(second)  # on its own marker
    assert person.clicks() == [first]
    person.keys("CONTROL+z")
    assert person.clicks() == [first, second]
    person.go(first)
    person.keys("DELETE")
    assert person.clicks() == [second]
    person.driver.find_element(By.CSS_SELECTOR, "#click-list .away").click()
    person.settle()
    assert person.clicks() == [] and "click on a tumour" in person.text("status")
    for _ in range(2):
        person.keys("u")
    assert person.clicks() == [first, second]
    person.find("delete-all").click()
    person.settle()
    assert person.clicks() == []


def test_the_keyboard_alone_will_do(person, scan, tumour):
    person.open(scan)
    (i, j, _), voxel = person.cross(), tumour[0]
    person.go(voxel)
    affine = nib.load(scan).affine
    right = "ARROW_LEFT" if (voxel[0] - i) * affine[0, 0] > 0 else "ARROW_RIGHT"
    down = "ARROW_UP" if (voxel[1] - j) * affine[1, 1] > 0 else "ARROW_DOWN"
    person.keys(*[right] * abs(voxel[0] - i), *[down] * abs(voxel[1] - j))
    assert person.cross() == voxel
    person.keys("ENTER")
    assert person.clicks() == [voxel]
    person.keys("m")
    assert not person.find("mask-shown").is_selected()
    shown = person.find("method").get_attribute("value")
    person.keys("]")
    assert person.find("method").get_attribute("value") != shown
    person.keys("h")
    assert "Keys and mouse" in person.text("help")
    person.keys("ESCAPE")
    assert not person.find("help").is_displayed()


def test_a_click_in_each_view_is_at_its_voxel(person, scan, tumour):
    person.open(scan)
    i, j, k = tumour[0]
    person.mark((i, j, k))
    person.press((i + 2, j, k + 1), "coronal")
    person.press((i + 2, j + 3, k + 2), "sagittal")
    assert person.clicks() == [[i, j, k], [i + 2, j, k + 1], [i + 2, j + 3, k + 2]]


def test_the_projection_leads_to_the_hottest_voxel(person, scan):
    person.open(scan)
    data = nib.load(scan).get_fdata()
    hottest = [int(at) for at in np.unravel_index(data.argmax(), data.shape)]
    i, _, k = hottest
    person.press((i, 0, k), "projection")
    assert person.cross() == hottest and person.clicks() == []


def test_looking_marks_nothing(person, scan, tumour):
    person.open(scan)
    person.go(tumour[0])
    person.find("look").click()
    person.press(tumour[0])
    assert person.clicks() == [] and person.cross() == tumour[0]
    # and a drag never does
    person.find("mark").click()
    actions = ActionChains(person.driver)
    pointer = actions.w3c_actions.pointer_action
    (x, y), (to_x, to_y) = person.at(tumour[0]), person.at([index + 4 for index in tumour[0][:2]] + tumour[0][2:])
    pointer.move_to_location(x, y).pointer_down().move_to_location((x + to_x) // 2, y).move_to_location(to_x, to_y)
    pointer.pointer_up()
    actions.perform()
    person.settle()
    assert person.clicks() == [] and person.cross() == [tumour[0][0] + 4, tumour[0][1] + 4, tumour[0][2]]


def test_clicks_come_back_with_the_same_scan_under_another_name(person, scan, tumour, click_html, tmp_path):
    person.open(scan)
    person.type("name", "P07")
    person.mark(tumour[0])
    kept = person.see("JSON.stringify(localStorage)")
    assert "P07" in kept and len(kept) < 5000  # no scan
    asked = (
        "(() => {const e = new Event('beforeunload', {cancelable: true}); dispatchEvent(e); return e.defaultPrevented;})()"
    )
    assert person.see(asked)
    person.find("save-clicks").click()
    person.saved("P07_clicks.csv")
    assert not person.see(asked)
    open_page(person.driver, click_html)
    person.open(shutil.copy(scan, tmp_path / "another.nii.gz"))
    assert person.clicks() == [tumour[0]] and person.find("name").get_attribute("value") == "P07"
    assert "This browser kept 1 click of this scan, and they are back" in person.warnings()
    person.find("forget").click()
    person.find("forget").click()
    assert person.see("Object.keys(localStorage)") == []
    person.find("save-clicks").click()
    open_page(person.driver, click_html)
    assert person.see("Object.keys(localStorage)") == []


def test_without_a_storage_it_is_said_and_goes_on(driver, click_html, scan, tumour, downloads):
    code = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"
    made = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": code})
    try:
        open_page(driver, click_html)
        person = Person(driver, downloads)
        person.open(scan)
        person.mark(tumour[0])
        assert person.clicks() == [tumour[0]]
        assert "This browser keeps nothing for the page: save your clicks before you close it" in person.warnings()
        driver.execute_script("Object.assign(clickPage.state, {patient: null, patients: []})")
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


def test_several_patients_one_after_the_other(person, clickable, scan, tumour):
    other = clickable.folder / "results/cohort/phantom-001/pet.nii.gz"
    person.open(scan)
    person.mark(tumour[0])
    person.open(other)
    assert person.find("name").get_attribute("value") == "pet-2"
    person.type("name", "PET")
    assert "another patient is named pet; give each patient a name of its own" in person.text("name-problem")
    person.find("name").send_keys("-other")
    assert person.text("name-problem") == ""
    # one that cannot be used gives way to the one before, not to its own beginning
    person.find("name").send_keys("/1" + Keys.ENTER)
    assert person.find("name").get_attribute("value") == "pet-2"
    assert person.text("status").startswith("The name is pet-2 again: the name holds a slash; use")
    person.type("name", "PET-other")
    person.press(person.cross())
    assert len(person.clicks()) == 1
    person.driver.find_element(By.CSS_SELECTOR, "#patient-list button").click()
    person.settle()
    assert person.clicks() == [tumour[0]]
    assert person.see("clickPage.state.patients.filter(({opened}) => opened).length") == 1  # of both, one in memory
    person.find("save-every").click()
    table = rows(person.saved("clicks.csv"))
    assert [row["patient"] for row in table] == ["pet", "PET-other"]
    # and back: the clicks of a table
    person.find("delete-all").click()
    person.open(person.saved("clicks.csv"))
    assert person.clicks() == [tumour[0]]


def test_a_folder_opens_a_patient_per_folder_and_dicom_is_answered_with_a_command(person, scan, tmp_path):
    for name in ("P10", "P9"):
        (tmp_path / "data" / name).mkdir(parents=True)
        shutil.copy(scan, tmp_path / "data" / name / "pet.nii.gz")
    shutil.copy(scan.with_name("mask.nii.gz"), tmp_path / "data/P9/mask.nii.gz")
    (tmp_path / "data/P11 DICOM").mkdir()
    (tmp_path / "data/P11 DICOM/IM0001").write_bytes(bytes(128) + b"DICM" + bytes(100))
    person.find("folder").send_keys(str(tmp_path / "data"))
    person.settle()
    names = [line.text for line in person.driver.find_elements(By.CSS_SELECTOR, "#patient-list b")]
    assert names == ["P9", "P10"]
    assert "data/P9/mask.nii.gz is left out" in person.warnings()
    assert 'data/P11 DICOM is a folder of DICOM, which this page does not read; write make nifti PET="P11 DICOM"' in (
        person.warnings()
    )
    person.keys("p")
    assert "data/P10/pet.nii.gz is the same scan as that of P9; work with one of the two" in person.warnings()


def test_files_and_folders_are_opened_where_they_are_dropped(person, scan, tmp_path):
    (tmp_path / "data/P7").mkdir(parents=True)
    for path in (tmp_path / "data/P7/pet.nii.gz", tmp_path / "P8.nii.gz"):
        path.write_bytes(scan.read_bytes())
    dropped = {"items": [], "files": [str(tmp_path / "data"), str(tmp_path / "P8.nii.gz")], "dragOperationsMask": 1}

    def drag(kind):
        person.driver.execute_cdp_cmd("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 400, "data": dropped})

    drag("dragEnter")
    drag("dragOver")
    assert person.find("drop").is_displayed()
    drag("drop")
    wait(lambda: person.see(f"Boolean({PATIENT}?.opened)"), "the scan")
    person.settle()
    assert not person.find("drop").is_displayed()
    names = [line.text for line in person.driver.find_elements(By.CSS_SELECTOR, "#patient-list b")]
    assert names == ["P7", "P8"] and person.find("name").get_attribute("value") == "P7"


def test_what_cannot_be_opened_is_said(person, tmp_path, scan):
    (tmp_path / "IM0001").write_bytes(bytes(128) + b"DICM" + bytes(100))
    (tmp_path / "cut.nii.gz").write_bytes(scan.read_bytes()[:5000])
    person.open(tmp_path / "IM0001")
    assert "make nifti PET=folder" in person.warnings() and "below" in person.text("status")
    person.open(tmp_path / "cut.nii.gz")
    assert "cut.nii.gz: the file is cut short or damaged; copy or export it again." in person.warnings()
    person.open(scan)
    assert "click on a tumour" in person.text("status") and "damaged" not in person.warnings()


def test_another_mode_hides_files_methods_masks_and_saving(driver, clickable, tmp_path):
    main, pixels = Path(__file__).with_name("other_mode.js"), {"shape": "pixel", "size": None, "unit": "mm"}
    networks = ("plain", "random", "center")
    write_page(clickable.folder / "results", networks, 3 * [pixels], tmp_path / "reading.html", main_js=main)
    driver.get_log("browser")
    open_page(driver, tmp_path / "reading.html")
    person = Person(driver, tmp_path)
    hidden = ("methods", "lesions", "redo", "delete-all", "saving")
    assert [name for name in hidden if person.find(name).is_displayed()] == []
    assert not driver.find_element(By.CSS_SELECTOR, ".head .open-files").is_displayed()
    assert person.find("undo").is_displayed() and person.find("greys").is_displayed()
    before = person.text("status")
    person.keys("CONTROL+s", "o", "]")  # do nothing
    assert person.text("status") == before
    assert driver.get_log("browser") == []


def test_the_grey_scale_follows_numbers_slider_and_drag(person, scan):
    person.open(scan)
    usual = person.see(f"{PATIENT}.greys")
    person.type("high", "3" + Keys.ENTER)
    assert person.see(f"{PATIENT}.greys.high") == 3
    person.type("high", "-1" + Keys.ENTER)
    assert person.see(f"{PATIENT}.greys.high") == 3 and "must be above the low end" in person.text("status")
    person.find("reset-greys").click()
    assert person.see(f"{PATIENT}.greys") == usual
    actions = ActionChains(person.driver)
    pointer = actions.w3c_actions.pointer_action
    x, y = person.at(person.cross())
    pointer.move_to_location(x, y).pointer_down(button=2).move_to_location(x, y + 50).pointer_up(button=2)
    actions.perform()
    greys = person.see(f"{PATIENT}.greys")
    assert greys["high"] == pytest.approx(usual["high"] * 1.1) and greys["low"] == usual["low"]


def test_a_click_in_air_and_one_on_nothing_are_warned_of_as_segment_does(person, scan):
    person.open(scan)
    person.keys(*"----")  # the air around the body comes in sight
    place = person.place()
    person.press((1, 1, person.cross()[2]))
    assert "1 of 1 clicks lies in air" in person.warnings()
    assert "move them onto the tumour, and check that they are of this scan" in person.warnings()
    assert "the networks were trained on phantoms" in person.warnings().lower()
    assert person.place() == place  # else the next click would lie elsewhere
