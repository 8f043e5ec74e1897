import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from stack_files import write_stack

from oneclick.report import example_slices
from oneclick.report.example_slices import Example, Sample
from oneclick.report.marks import ORACLE, Notices
from oneclick.report.style import PAPER_COLOURS, save


def test_the_papers_three_methods_are_outlined_else_the_first_three():
    assert example_slices.outlined_methods(["cm1CNN", "x", "CNNonly", "rand1CNN"]) == ["CNNonly", "rand1CNN", "cm1CNN"]
    assert example_slices.outlined_methods(["z", "y", "CNNonly", "x"]) == ["z", "y", "CNNonly"]


def example(patient: str, **masks: np.ndarray) -> Example:
    pet = np.zeros((32, 32))
    pet[6:26, 6:26] = 0.5
    truth = np.zeros((32, 32), np.uint8)
    truth[10:14, 10:14] = 1
    names = ["CNNonly", "CNNrand", "rand1CNN", "cm1CNN"]
    clicks = {"random": np.array([[10, 13]]), "center": np.array([[12, 11]])}
    masks = {m: masks.get(m, truth) for m in names}
    return Example(patient, 7, pet, truth, masks, dict.fromkeys(names, 0.25), clicks, (5.0, 4.0))


KINDS = {"CNNonly": [], "CNNrand": ["random"], "rand1CNN": ["random"], "cm1CNN": ["center"]}
SAMPLE = Sample(85, 7, KINDS)


def test_figure_draws_each_outline_in_its_colour_and_prints_every_dice():
    empty = np.zeros((32, 32), np.uint8)
    fig = example_slices.draw_example_slices([example("p"), example("$q$", CNNonly=empty)], SAMPLE, Notices())
    panels = [ax for ax in fig.axes if ax.images]
    assert len(panels) == 4
    drawn = [{tuple(c.get_edgecolor()[0]) for c in ax.collections} for ax in panels]
    purple, orange = to_rgba(PAPER_COLOURS["CNNonly"]), to_rgba(PAPER_COLOURS["CNNrand"])
    assert [purple in colours for colours in drawn] == [True, True, False, False]  # an empty mask has no outline
    assert not any(orange in colours for colours in drawn)
    texts = [text.get_text() for text in fig.texts]
    assert texts.count("0.250") == 8
    assert sum("slice 7" in text for text in texts) == 2
    assert any(text.startswith("n = 2 of 85 slices of 7 patients: those nearest to percentiles 5 to 95") for text in texts)


def test_clicks_lie_on_their_pixels_in_the_enlarged_slices_in_the_colours_of_their_methods():
    fig = example_slices.draw_example_slices([example("p")], SAMPLE, Notices(["cm1CNN"], drawn=["rand1CNN"]))
    whole, near = (ax for ax in fig.axes if ax.images)
    found = [line for line in near.lines if line.get_linestyle() == "None"]
    # rows of the array run to the patient's left, which is the figure's right
    assert [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in found] == [([10], [13]), ([12], [11])]
    assert [line.get_markerfacecolor() for line in found] == [PAPER_COLOURS["rand1CNN"], PAPER_COLOURS["cm1CNN"]]
    assert not [line for line in whole.lines if line.get_linestyle() == "None"]
    assert [text.get_text() for text in fig.legends[0].get_texts()][-2:] == ["click: random\u2021", "click: center\u2020"]


def test_a_scale_is_in_mm_and_pixels_have_their_shape():
    fig = example_slices.draw_example_slices([example("p")], SAMPLE, Notices())
    width, height = fig.get_size_inches() * 25.4
    for ax, mm in zip([ax for ax in fig.axes if ax.images], (50, 20), strict=True):
        (bar,) = [line for line in ax.lines if line.get_linestyle() == "-" and len(line.get_xdata()) == 2]
        assert np.ptp(bar.get_xdata()) * 5 == pytest.approx(mm)  # pixels of 5 mm across, 4 mm down
        assert f"{mm} mm" in [text.get_text() for text in ax.texts]
        box = ax.get_position()
        across, down = (np.ptp(limits) for limits in (ax.get_xlim(), ax.get_ylim()))
        assert box.width * width / (across * 5) == pytest.approx(box.height * height / (down * 4))


def test_outlines_are_thinner_than_half_a_pixel_of_4_mm():
    fig = example_slices.draw_example_slices([example("p")], SAMPLE, Notices())
    near = [ax for ax in fig.axes if ax.images][1]
    point_of_pixel = near.get_position().height * fig.get_size_inches()[1] * 72 / np.ptp(near.get_ylim())
    assert max(c.get_linewidth()[0] for c in near.collections) < point_of_pixel / 2


def test_phantom_slices_are_called_so_and_equal_input_gives_equal_files(tmp_path):
    for name in ("a", "b"):
        fig = example_slices.draw_example_slices([example("p")], SAMPLE, Notices(phantom=True))
        save(fig, tmp_path / f"{name}.png", tmp_path / f"{name}.svg")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert any("Phantom" in text.get_text() for text in fig.texts)


def test_the_figure_of_a_study_is_drawn_from_its_stack(tmp_path):
    planes = np.stack([example("p").pet] * 2), np.stack([example("p").truth] * 2)
    files = write_stack(tmp_path, {"p": [7], "q": [3]}, *planes)
    methods = ["CNNonly", "CNNrand", "rand1CNN", "cm1CNN"]
    rows = [(method, patient, n, 1, n / 10) for method in methods for patient, n in (("p", 7), ("q", 3))]
    scores = pd.DataFrame(rows, columns=["method", "patient", "slice", "fold", "dice"])
    scores.assign(n_true=16, n_pred=16, n_overlap=16).to_csv(tmp_path / "scores.csv", index=False)
    (tmp_path / "clicks.csv").write_text("patient,slice,component,row,column\np,7,1,10,13\n")
    figures = [str(tmp_path / f"figure.{kind}") for kind in ("png", "svg")]
    segmentations = dict.fromkeys(methods, files.masks_npy)
    clicks = dict.fromkeys(("random", "center"), tmp_path / "clicks.csv")
    notices = Notices(["cm1CNN"], phantom=True)
    example_slices.write_example_slices(str(tmp_path / "scores.csv"), files, segmentations, clicks, KINDS, *figures, notices)
    text = (tmp_path / "figure.svg").read_text()
    for words in (
        "Phantom",
        "slice 7",
        "slice 3",
        "<!-- 0.700 -->",
        "<!-- 0.300 -->",
        "n = 2 of 2 slices of 2 patients",
        f"<!-- cm1CNN{ORACLE} -->",
    ):
        assert words in text, words  # of drawn texts, comments tell the words


def test_enlarged_square_holds_the_tumour_and_stays_in_the_slice():
    truth = np.zeros((128, 128))
    truth[60:66, 40:44] = 1
    # 64 mm: 16 rows of 4 mm and 32 columns of 2 mm, the middle of the tumour (63, 42) in theirs
    assert example_slices.near_box(truth, (4, 2)) == (55, 71, 26, 58)
    truth[:] = 0
    truth[0:30, 126:128] = 1
    # 30 rows of 4 mm and 40 mm to spare are 160 mm, 40 pixels, moved in from the corner
    assert example_slices.near_box(truth, (4, 4)) == (0, 40, 88, 128)
