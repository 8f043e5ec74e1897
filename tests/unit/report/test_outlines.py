import numpy as np
from matplotlib.figure import Figure

from oneclick.report.outlines import outline


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


def test_outline_at_the_edge_of_the_slice_is_closed():
    ax = Figure().add_subplot()
    outline(ax, np.ones((3, 3)), "red", 1)
    vertices = ax.collections[0].get_paths()[0].vertices
    assert (vertices[0] == vertices[-1]).all()
    assert vertices.min() == -0.5
    assert vertices.max() == 2.5
