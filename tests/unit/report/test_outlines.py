import numpy as np
from matplotlib.figure import Figure

from oneclick.report.outlines import outline, scale_bar


def test_outline_runs_along_the_sides_of_pixels():
    mask = np.zeros((8, 8))
    mask[2:4, 3:6] = 1
    ax = Figure().add_subplot()
    outline(ax, mask, "red", 1)
    vertices = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])
    assert (vertices.min(axis=0) == [2.5, 1.5]).all()  # x, y
    assert (vertices.max(axis=0) == [5.5, 3.5]).all()
    # The corner of a pixel may be cut by an eighth of a pixel, but the sides are exact.
    x, y = vertices.T
    assert (np.isin(x, [2.5, 5.5]) | np.isin(y, [1.5, 3.5])).all()


def test_a_scale_bar_lies_within_its_window():
    ax = Figure().add_subplot()
    scale_bar(ax, (10, 20, 5, 25), 4, "16 mm")
    bar, text = ax.lines[0], ax.texts[0]
    assert np.ptp(bar.get_xdata()) == 4 and bar.get_xdata()[0] == 4.5 + 1 and set(bar.get_ydata()) == {19.5 - 0.5}
    assert text.get_text() == "16 mm" and text.get_position()[1] < bar.get_ydata()[0]


def test_outline_at_the_edge_of_the_slice_is_closed():
    ax = Figure().add_subplot()
    outline(ax, np.ones((3, 3)), "red", 1)
    vertices = ax.collections[0].get_paths()[0].vertices
    assert (vertices[0] == vertices[-1]).all()
    assert vertices.min() == -0.5
    assert vertices.max() == 2.5
