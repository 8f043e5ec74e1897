import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from oneclick.report import example_slices
from oneclick.report.example_slices import Example
from oneclick.report.style import PAPER_COLOURS


def test_outline_runs_along_the_sides_of_pixels():
    mask = np.zeros((8, 8))
    mask[2:4, 3:6] = 1
    ax = Figure().add_subplot()
    example_slices.outline(ax, mask, "red", 1)
    vertices = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])
    assert (vertices.min(axis=0) == [2.5, 1.5]).all()  # x, y
    assert (vertices.max(axis=0) == [5.5, 3.5]).all()
    # The corner of a pixel may be cut by an eighth of a pixel, but the sides are exact.
    x, y = vertices.T
    assert (np.isin(x, [2.5, 5.5]) | np.isin(y, [1.5, 3.5])).all()


def test_outline_at_the_edge_of_the_slice_is_closed():
    ax = Figure().add_subplot()
    example_slices.outline(ax, np.ones((3, 3)), "red", 1)
    vertices = ax.collections[0].get_paths()[0].vertices
    assert (vertices[0] == vertices[-1]).all()
    assert vertices.min() == -0.5
    assert vertices.max() == 2.5


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
    fig = example_slices.draw_example_slices([example("p"), example("$q$", CNNonly=empty)])
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
        example_slices.example_slices([example("p")], tmp_path / f"{name}.png", tmp_path / f"{name}.svg", phantom=True)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    texts = [text.get_text() for text in example_slices.draw_example_slices([example("p")], phantom=True).texts]
    assert any("Phantom" in text for text in texts)


def test_enlarged_square_holds_the_tumour_and_stays_in_the_slice():
    truth = np.zeros((128, 128))
    truth[60:66, 40:44] = 1
    assert example_slices.near_box(truth) == (49, 77, 28, 56)  # 28 pixels, the middle of the tumour in theirs
    truth[:] = 0
    truth[0:30, 126:128] = 1
    assert example_slices.near_box(truth) == (0, 42, 86, 128)  # 30 and 2 times 6 pixels, moved in from the corner
