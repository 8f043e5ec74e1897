"""Figure 3 of the paper: PET slices with the true outline and those of three methods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke

from oneclick.data.body import body_box
from oneclick.data.stack import StackFiles
from oneclick.evaluation import paper_tests
from oneclick.report.examples import Example, read_examples
from oneclick.report.marks import OF_KINDS, Notices, marked
from oneclick.report.outlines import RIM, TRUE_COLOUR, TRUE_RIM, outline, scale_bar
from oneclick.report.style import BLACK, DASHES, GREY, colours, decimals, figure, name_of, notice_lines, save

CLICK_MARKERS = (("o", 4.6), ("D", 2.6), ("^", 3.4), ("s", 3.0), ("v", 3.4))
"""Signs and sizes of kinds of click."""
CLICK_RIM = [Stroke(linewidth=1.8, foreground="white"), Normal()]
OUTLINED = ("CNNonly", "rand1CNN", "cm1CNN")
"""The methods that figure 3 of the paper outlines."""


def outlined_methods(methods: Sequence[str]) -> list[str]:
    """The methods whose outlines are drawn: the paper's three where all are there, else the first three."""
    return list(OUTLINED) if set(OUTLINED) <= set(methods) else list(methods)[:3]


@dataclass(frozen=True)
class Sample:
    """Of what the shown slices are a part: so many slices of so many patients with a Dice; ``kinds``: the kinds of click
    that each method uses."""

    n_slices: int
    n_patients: int
    kinds: Mapping[str, Sequence[str]]

    def in_words(self, n: int, reference: str) -> str:
        """How many of them are shown, and how they were chosen."""
        chosen = (
            f"those nearest to percentiles 5 to 95 of the Dice of {reference}" if n > 1 else f"the median of {reference}"
        )
        return f"n = {n} of {self.n_slices} slices of {self.n_patients} patients: {chosen}, at most one a patient."


def draw_example_slices(examples: Sequence[Example], sample: Sample, notices: Notices) -> Figure:
    """PET slices with the true outline and those of three methods, above the whole body, below the tumour with their clicks.

    Outlined are, as in the paper, CNNonly, rand1CNN and cm1CNN where all three are there, else the first three methods;
    the Dice of all methods is printed below. Slices are in inverted grey (high uptake is dark) from 0 to 1, without
    interpolation, in mm, all at one scale; the dotted square is the part enlarged below. Outlines run along sides of pixels.
    Clicks are those of the outlined methods. Names bear marks.
    """
    methods = list(examples[0].dice)
    drawn = [method for method in outlined_methods(methods) if method in examples[0].masks]
    palette = colours(methods)
    clicks = click_marks(drawn, sample.kinds, palette)
    side, gap, left, right, title = 37.0, 2.5, 1.5, 13.0, 8.0
    shown = []
    for example in examples:
        # Transposed: the front is up and the patient's right on the left, as radiologists look (see grid.transaxial).
        pet, truth = example.pet.T, example.truth.T
        masks = {method: example.masks[method].T for method in drawn}
        across, down = example.pixel_mm
        shown.append((example, pet, truth, masks, (down, across), body_box(pet, [truth, *masks.values()])))
    # As many mm for all bodies, so that one scale serves them.
    mm = [max((box[k + 1] - box[k]) * pixel[k // 2] for *_, pixel, box in shown) for k in (0, 2)]
    tall = side * mm[0] / mm[1]
    below = 3.1 * (len(methods) + 1) + 2
    small = [sample.in_words(len(examples), name_of(methods[0], length=18)), *notice_lines(methods, notices)]
    foot = 1.5 + 3.1 * len(small)
    n_columns = 2 if len(examples) < 3 else 4
    legend = foot + 2.0 + 4.0 * -(-(1 + len(drawn) + len(clicks)) // n_columns)
    width, height = left + len(examples) * (side + gap) + right, title + tall + gap + side + below + legend
    fig = figure(width, height)

    def place(x: float, top: float, w: float, h: float) -> Axes:
        ax = fig.add_axes((x / width, 1 - (top + h) / height, w / width, h / height))
        ax.set(xticks=[], yticks=[])
        return ax

    for index, (example, pet, truth, masks, pixel, box) in enumerate(shown):
        x = left + index * (side + gap)
        letter, name = "ABCDEFGHIJ"[index % 10], name_of(example.patient, length=18)
        whole, near = place(x, title, side, tall), place(x, title + tall + gap, side, side)
        fig.text(x / width, 1 - 1 / height, f"{letter}", fontsize=9, fontweight="bold", va="top")
        fig.text((x + 4) / width, 1 - 1.2 / height, f"{name}\nslice {example.slice}", fontsize=7, va="top", linespacing=1.1)
        square = near_box(truth, pixel)
        body = _window(box, tuple(size / side_mm for size, side_mm in zip(mm, pixel, strict=True)), pet.shape)
        # Thin beside the pixels of a small tumour: in the enlarged square a pixel of 4 mm is 6 points wide or more.
        for ax, window, thick, bar_mm in ((whole, body, 0.45, 50), (near, square, 0.8, 20)):
            picture = ax.imshow(pet, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
            outline(ax, truth, TRUE_COLOUR, 2.2 * thick, rim=TRUE_RIM)
            for order, method in enumerate(drawn):
                outline(ax, masks[method], palette[method], thick, DASHES[order], 4 + order)
            ax.set(xlim=(window[2] - 0.5, window[3] - 0.5), ylim=(window[1] - 0.5, window[0] - 0.5))
            scale_bar(ax, window, bar_mm / pixel[1], f"{bar_mm} mm")
        for order, (kind, style) in enumerate(clicks.items()):
            rows, columns = example.clicks[kind].T  # transposed as the slice is
            near.plot(rows, columns, linestyle="none", zorder=10 + order, **style)
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
    bar.set_ylabel("PET, scaled by slice", fontsize=6.5, labelpad=2)
    bar.yaxis.set_label_position("right")
    handles = [
        Line2D([], [], color=TRUE_COLOUR, linewidth=2, path_effects=[Stroke(linewidth=2.6, foreground=TRUE_RIM), Normal()])
    ]
    handles += [Line2D([], [], color=palette[m], linewidth=1.2, linestyle=DASHES[k]) for k, m in enumerate(drawn)]
    handles += [Line2D([], [], linestyle="none", **style) for style in clicks.values()]
    names = ["true outline", *(name_of(method, notices) for method in drawn)]
    names += [f"click: {marked(kind, OF_KINDS)}" for kind in clicks]
    fig.legend(handles, names, loc="lower left", ncols=n_columns, frameon=False, handlelength=2.2,
               bbox_to_anchor=(0, foot / height), borderaxespad=0.2)  # fmt: skip
    fig.text(left / width, 1.2 / height, "\n".join(small), fontsize=6.5, color=GREY, va="bottom", linespacing=1.35)
    return fig


def click_marks(drawn: Sequence[str], kinds: Mapping[str, Sequence[str]], palette: Mapping[str, str]) -> dict[str, dict]:
    """How the clicks of each kind are drawn that the methods use: in the colour of the first that does, the first kind as
    the largest, for two kinds may lie on one pixel."""
    styles = {}
    for method in drawn:
        for kind in kinds.get(method, ()):
            if kind not in styles:
                marker, size = CLICK_MARKERS[len(styles) % len(CLICK_MARKERS)]
                edge = {"markeredgecolor": "black", "markeredgewidth": 0.6, "markerfacecolor": palette[method]}
                styles[kind] = {"marker": marker, "markersize": size, **edge, "path_effects": CLICK_RIM}
    return styles


def _window(box: Sequence[float], sides: tuple[float, float], shape: tuple[int, ...]) -> tuple[float, ...]:
    """A window (as a box) with sides of so many pixels, rows and columns, around the middle of a box; moved into the slice
    where it fits into it."""
    window = []
    for first, last, n, size in ((*box[:2], sides[0], shape[0]), (*box[2:], sides[1], shape[1])):
        start = (first + last - n) / 2
        start = min(max(start, 0), size - n) if n <= size else start
        window += [float(start), float(start + n)]
    return tuple(window)


def near_box(truth: np.ndarray, pixel_mm: tuple[float, float]) -> tuple[float, ...]:
    """A square in mm around all of the true tumour (rows, columns), as rows and columns (first, after last, first, after
    last): of 64 mm at least, with 20 mm to spare. ``pixel_mm``: a pixel's size from row to row and from column to column."""
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    box = (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1)
    extent = max((box[1] - box[0]) * pixel_mm[0], (box[3] - box[2]) * pixel_mm[1])
    side = min(max(64.0, extent + 40.0), *(size * mm for size, mm in zip(truth.shape, pixel_mm, strict=True)))
    return _window(box, (side / pixel_mm[0], side / pixel_mm[1]), truth.shape)


def write_example_slices(
    scores_csv: str,
    stack: StackFiles,
    segmentations: Mapping[str, str],
    clicks: Mapping[str, str],
    kinds_of: Mapping[str, Sequence[str]],
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Draw :func:`draw_example_slices` of the slices that :func:`examples.choose_examples` picks from the stack. Files of
    masks by method, of ``clicks`` by kind; ``kinds_of``: the kinds of click that each method uses."""
    scores = paper_tests.read_scores(scores_csv)
    of_first = scores[scores["method"] == scores["method"].iloc[0]].dropna(subset=["dice"])
    sample = Sample(len(of_first), of_first["patient"].nunique(), kinds_of)
    examples = read_examples(scores, stack, segmentations, clicks)
    save(draw_example_slices(examples, sample, notices), png, svg)
