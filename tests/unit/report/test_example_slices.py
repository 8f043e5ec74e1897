import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba
from stack_files import write_stack

from oneclick.report import example_slices
from oneclick.report.example_slices import Example
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
    return Example(patient, 7, pet, truth, {m: masks.get(m, truth) for m in names}, dict.fromkeys(names, 0.25))


def test_figure_draws_each_outline_in_its_colour_and_prints_every_dice():
    empty = np.zeros((32, 32), np.uint8)
    fig = example_slices.draw_example_slices([example("p"), example("$q$", CNNonly=empty)], Notices())
    panels = [ax for ax in fig.axes if ax.images]
    assert len(panels) == 4
    drawn = [{tuple(c.get_edgecolor()[0]) for c in ax.collections} for ax in panels]
    purple, orange = to_rgba(PAPER_COLOURS["CNNonly"]), to_rgba(PAPER_COLOURS["CNNrand"])
    assert [purple in colours for colours in drawn] == [True, True, False, False]  # an empty mask has no outline
    assert not any(orange in colours for colours in drawn)
    texts = [text.get_text() for text in fig.texts]
    assert texts.count("0.250") == 8
    assert sum("slice 7" in text for text in texts) == 2


def test_phantom_slices_are_called_so_and_equal_input_gives_equal_files(tmp_path):
    for name in ("a", "b"):
        fig = example_slices.draw_example_slices([example("p")], Notices(phantom=True))
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
    paths = str(tmp_path / "scores.csv"), files.slices_csv, files.slices_npy, files.masks_npy
    figures = [str(tmp_path / f"figure.{kind}") for kind in ("png", "svg")]
    segmentations = dict.fromkeys(methods, files.masks_npy)
    example_slices.write_example_slices(*paths, segmentations, *figures, Notices(["cm1CNN"], phantom=True))
    text = (tmp_path / "figure.svg").read_text()
    for words in ("Phantom", "slice 7", "slice 3", "<!-- 0.700 -->", "<!-- 0.300 -->", f"<!-- cm1CNN{ORACLE} -->"):
        assert words in text, words  # of drawn texts, comments tell the words


def test_enlarged_square_holds_the_tumour_and_stays_in_the_slice():
    truth = np.zeros((128, 128))
    truth[60:66, 40:44] = 1
    assert example_slices.near_box(truth) == (49, 77, 28, 56)  # 28 pixels, the middle of the tumour in theirs
    truth[:] = 0
    truth[0:30, 126:128] = 1
    assert example_slices.near_box(truth) == (0, 42, 86, 128)  # 30 and 2 times 6 pixels, moved in from the corner
