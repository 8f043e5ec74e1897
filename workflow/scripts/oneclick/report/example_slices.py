"""Figure 3 of the paper: PET slices with the true outline and those of three methods."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke

from oneclick.data.body import body_box
from oneclick.evaluation import paper_tests
from oneclick.report.examples import Example, read_examples
from oneclick.report.marks import Notices
from oneclick.report.outlines import RIM, TRUE_COLOUR, TRUE_RIM, outline, scale_bar
from oneclick.report.style import BLACK, DASHES, GREY, colours, decimals, figure, name_of, notice_lines, save

OUTLINED = ("CNNonly", "rand1CNN", "cm1CNN")
"""The methods that figure 3 of the paper outlines."""


def outlined_methods(methods: Sequence[str]) -> list[str]:
    """The methods whose outlines are drawn: the paper's three where all are there, else the first three."""
    return list(OUTLINED) if set(OUTLINED) <= set(methods) else list(methods)[:3]


def draw_example_slices(examples: Sequence[Example], notices: Notices) -> Figure:
    """PET slices with the true outline and those of three methods, above the whole body, below the tumour.

    Outlined are, as in the paper, CNNonly, rand1CNN and cm1CNN where all three are there, else the first three methods;
    the Dice of all methods is printed below. Slices are in inverted grey (high uptake is dark) from 0 to 1, without
    interpolation; the dotted square is the part enlarged below. Outlines run along sides of pixels. Names bear marks.
    """
    methods = list(examples[0].dice)
    drawn = [method for method in outlined_methods(methods) if method in examples[0].masks]
    palette = colours(methods)
    side, gap, left, right, title = 37.0, 2.5, 1.5, 13.0, 8.0
    shown = []
    for example in examples:
        # Transposed: the front is up and the patient's right on the left, as radiologists look (see grid.transaxial).
        pet, truth = example.pet.T, example.truth.T
        masks = {method: example.masks[method].T for method in drawn}
        shown.append((example, pet, truth, masks, body_box(pet, [truth, *masks.values()])))
    # The same number of pixels for all bodies, so that one scale serves them.
    n_rows, n_columns = (max(box[k + 1] - box[k] for *_, box in shown) for k in (0, 2))
    tall = side * n_rows / n_columns
    below = 3.1 * (len(methods) + 1) + 2
    small = "; ".join(notice_lines(methods, notices))
    legend = (7.0 if len(examples) > 2 else 11.0) + (3.5 if small else 0)
    width, height = left + len(examples) * (side + gap) + right, title + tall + gap + side + below + legend
    fig = figure(width, height)

    def place(x: float, top: float, w: float, h: float) -> Axes:
        ax = fig.add_axes((x / width, 1 - (top + h) / height, w / width, h / height))
        ax.set(xticks=[], yticks=[])
        return ax

    for index, (example, pet, truth, masks, box) in enumerate(shown):
        x = left + index * (side + gap)
        letter, name = "ABCDEFGHIJ"[index % 10], name_of(example.patient, length=18)
        whole, near = place(x, title, side, tall), place(x, title + tall + gap, side, side)
        fig.text(x / width, 1 - 1 / height, f"{letter}", fontsize=9, fontweight="bold", va="top")
        fig.text((x + 4) / width, 1 - 1.2 / height, f"{name}\nslice {example.slice}", fontsize=7, va="top", linespacing=1.1)
        square = near_box(truth)
        for ax, window, thick in ((whole, _window(box, n_rows, n_columns, pet.shape), 0.75), (near, square, 1.25)):
            picture = ax.imshow(pet, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
            outline(ax, truth, TRUE_COLOUR, 2.7 * thick, rim=TRUE_RIM)
            for order, method in enumerate(drawn):
                outline(ax, masks[method], palette[method], thick, DASHES[order], 4 + order)
            ax.set(xlim=(window[2] - 0.5, window[3] - 0.5), ylim=(window[1] - 0.5, window[0] - 0.5))
            scale_bar(ax, window)
        whole.add_patch(Rectangle((square[2] - 0.5, square[0] - 0.5), square[3] - square[2], square[1] - square[0],
                                  fill=False, linewidth=0.5, edgecolor=GREY, linestyle=(0, (1, 2))))  # fmt: skip
        for at, text in ((0.03, "R"), (0.97, "L")):
            side_of = "left" if at < 0.5 else "right"
            whole.text(at, 0.97, text, transform=whole.transAxes, ha=side_of, va="top", fontsize=7, path_effects=RIM)
        fig.text((x + side - 0.5) / width, 1 - (title + tall + gap + side + 3.1) / height, "Dice", ha="right",
                 va="center", fontsize=7, color=GREY)  # fmt: skip
        for row, method in enumerate(methods, start=1):
            y = 1 - (title + tall + gap + side + 3.3 + 3.1 * row) / height
            style = {"fontsize": 7, "va": "center", "color": palette[method] if method in drawn else BLACK}
            fig.text((x + 0.5) / width, y, name_of(method, notices, 16), **style)
            fig.text((x + side - 0.5) / width, y, decimals(example.dice[method]), ha="right", **style)
    bar = place(width - right + 1.5, title, 2.5, tall)
    fig.colorbar(picture, cax=bar, ticks=[0, 0.5, 1])
    bar.tick_params(labelsize=6.5, length=2, pad=1.5)
    bar.set_ylabel("PET, each slice scaled to [0, 1]", fontsize=6.5, labelpad=1)
    bar.yaxis.set_label_position("right")
    handles = [
        Line2D([], [], color=TRUE_COLOUR, linewidth=3, path_effects=[Stroke(linewidth=3.6, foreground=TRUE_RIM), Normal()])
    ]
    handles += [Line2D([], [], color=palette[m], linewidth=1.4, linestyle=DASHES[k]) for k, m in enumerate(drawn)]
    names = ["true outline", *(name_of(method, notices) for method in drawn)]
    fig.legend(handles, names, loc="lower left", ncols=2 if len(examples) < 3 else 4, frameon=False, handlelength=3,
               bbox_to_anchor=(0, (2.5 if small else 0) / height), borderaxespad=0.2)  # fmt: skip
    if small:
        fig.text(left / width, 1.2 / height, small, fontsize=7, color=GREY, va="bottom")
    return fig


def _window(box: tuple[int, ...], n_rows: int, n_columns: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A window (as a box) of so many rows and columns around the middle of a box, moved into the slice."""
    window = []
    for first, last, n, size in ((*box[:2], n_rows, shape[0]), (*box[2:], n_columns, shape[1])):
        start = max(0, min((first + last - n) // 2, size - n))
        window += [int(start), int(start) + n]
    return tuple(window)


def near_box(truth: np.ndarray) -> tuple[int, ...]:
    """A square around all of the true tumour, as rows and columns: of 128 pixels at least 28, with 6 to spare."""
    least, spare = 28 * truth.shape[0] // 128, max(2, 6 * truth.shape[0] // 128)
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    box = (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1)
    side = int(min(max(least, box[1] - box[0] + 2 * spare, box[3] - box[2] + 2 * spare), *truth.shape))
    return _window(box, side, side, truth.shape)


def write_example_slices(
    scores_csv: str,
    slices_csv: str,
    slices_npy: str,
    masks_npy: str,
    segmentations: Mapping[str, str],
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Draw :func:`draw_example_slices` of the slices that :func:`examples.choose_examples` picks from the stack."""
    scores = paper_tests.read_scores(scores_csv)
    examples = read_examples(scores, slices_csv, slices_npy, masks_npy, segmentations)
    save(draw_example_slices(examples, notices), png, svg)
