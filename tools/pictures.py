"""Make the pictures of the README and of the tutorial from the finished default study: python tools/pictures.py results

docs/readme-picture.png: three slices with the click, the true outline, and the outlines of CNNonly and cm1CNN. They are
chosen by a rule, not by eye: the gain of a slice is the Dice of cm1CNN less that of CNNonly; shown are the slices whose gain
is nearest to the 5th, 50th and 95th percentile of all slices, no patient twice.
docs/tutorial/one-slice.png: what the five methods make of one slice. The tutorial's other pictures are the study's own.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "workflow/scripts"))

from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.patches import Rectangle  # noqa: E402
from matplotlib.patheffects import Normal, Stroke  # noqa: E402

from oneclick.common.tables import read_table  # noqa: E402
from oneclick.data.body import body_box  # noqa: E402
from oneclick.report.example_slices import near_box  # noqa: E402
from oneclick.report.examples import choose_examples  # noqa: E402
from oneclick.report.outlines import RIM, TRUE_COLOUR, TRUE_RIM, outline, scale_bar  # noqa: E402
from oneclick.report.style import PAGE, PAPER_COLOURS, figure  # noqa: E402

WITHOUT, WITH = "CNNonly", "cm1CNN"
DASHED = (0, (4, 1.6))
CLICKS = {"CNNonly": None, "CNNrand": "random", "CNNcm": "center", "rand1CNN": "random", "cm1CNN": "center"}
"""The kind of click of each method of the default study."""
CLICK = {"marker": "o", "markersize": 5.5, "markerfacecolor": "white", "markeredgecolor": "black", "markeredgewidth": 1.1}
PERCENTILES = ("5th percentile", "median", "95th percentile")
TUTORIAL_SLICE = ("phantom-017", 28)
"""CNNrand loses a tumour here, because its click lies beside the predicted component."""
TUTORIAL_FIGURES = ("example_slices", "loss_curves", "box_plots", "differences")


@dataclass(frozen=True)
class Shown:
    """A slice to draw: arrays (rows, columns) as displayed, with the front up and the patient's right on the left."""

    patient: str
    slice: int
    pet: np.ndarray
    truth: np.ndarray
    masks: dict[str, np.ndarray]
    clicks: dict[str, np.ndarray]  # by kind (n, 2): row and column of each
    dice: dict[str, float]
    pixel_mm: float


def read_slice(results: Path, patient: str, number: int) -> Shown:
    """A slice of a finished study, whose arrays have their rows in the order of slices.csv."""
    table, scores = read_table(results / "slices.csv"), read_table(results / "scores.csv")
    (row,) = np.flatnonzero((table["patient"] == patient) & (table["slice"] == number))
    dice = scores[(scores["patient"] == patient) & (scores["slice"] == number)].set_index("method")["dice"]
    grids = json.loads((results / "grids.json").read_text(encoding="utf-8"))

    def of_row(file: str) -> np.ndarray:
        return np.array(np.load(results / f"{file}.npy", mmap_mode="r")[row]).T

    return Shown(
        patient=patient,
        slice=number,
        pet=of_row("slices"),
        truth=of_row("masks"),
        masks={method: of_row(f"segmentations/{method}") for method in CLICKS},
        clicks={kind: np.argwhere(of_row(f"clicks/{kind}")) for kind in ("random", "center")},
        dice=dice.to_dict(),
        pixel_mm=grids[patient]["pixel_mm"][0],
    )


def gains(scores: pd.DataFrame) -> pd.DataFrame:
    """The gain of each slice, as a table of scores of one method."""
    dice = scores.pivot(index=["patient", "slice"], columns="method", values="dice")
    return (dice[WITH] - dice[WITHOUT]).rename("dice").reset_index().assign(method="gain")


def title_of(gain: float) -> str:
    """What a click did to a slice, in words; Dice that differ by less than 0.05 count as alike."""
    return "Click changes little" if abs(gain) < 0.05 else "Click helps" if gain > 0 else "Click harms"


def panel(fig: Figure, x: float, top: float, side: float) -> Axes:
    """Square axes of a size in mm, with their upper left corner so many mm from that of the figure."""
    width, height = fig.get_size_inches() * 25.4
    return fig.add_axes((x / width, 1 - (top + side) / height, side / width, side / height), xticks=[], yticks=[])


def draw_slice(ax: Axes, shown: Shown, window: tuple[int, ...], methods: dict, kind: str | None, thick: float) -> None:
    """A part of a slice (first row, after last, first column, after last) with the true outline, those of methods
    (method: dashes) and the clicks of a kind."""
    ax.imshow(shown.pet, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    outline(ax, shown.truth, TRUE_COLOUR, 2.7 * thick, rim=TRUE_RIM)
    for order, (method, dashes) in enumerate(methods.items()):
        outline(ax, shown.masks[method], PAPER_COLOURS[method], thick, dashes, 4 + order)
    if kind is not None:
        ax.plot(shown.clicks[kind][:, 1], shown.clicks[kind][:, 0], linestyle="none", zorder=8, **CLICK)
    ax.set(xlim=(window[2] - 0.5, window[3] - 0.5), ylim=(window[1] - 0.5, window[0] - 0.5), xticks=[], yticks=[])


def square(box: tuple[int, ...], side: int, size: int) -> tuple[int, ...]:
    """A square window of so many pixels around the middle of a box, moved into the slice."""
    starts = [int(np.clip((box[k] + box[k + 1] - side) // 2, 0, size - side)) for k in (0, 2)]
    return starts[0], starts[0] + side, starts[1], starts[1] + side


def legend(fig: Figure, edge: float, methods: dict[str, str], dashes: dict) -> None:
    """Below a figure: the true outline, methods (method: words) and the click."""
    width, height = fig.get_size_inches() * 25.4
    true = Line2D([], [], color=TRUE_COLOUR, linewidth=3)
    true.set_path_effects([Stroke(linewidth=3.8, foreground=TRUE_RIM), Normal()])
    lines = [Line2D([], [], color=PAPER_COLOURS[m], linewidth=1.6, linestyle=dashes[m]) for m in methods]
    handles, names = [true, *lines, Line2D([], [], linestyle="none", **CLICK)], ["true outline", *methods.values(), "click"]
    fig.legend(handles, names, loc="lower left", ncols=4, frameon=False, bbox_to_anchor=(edge / width, 0.8 / height),
               borderaxespad=0, handlelength=2.8, columnspacing=2.2, fontsize=8)  # fmt: skip


def readme_picture(slices: list[Shown]) -> Figure:
    """Three slices, above the whole body, below the tumour, by rising gain."""
    side, gap, title, texts, below, edge = 53.0, 4.5, 9.0, 10.0, 6.5, 1.0
    height = title + 2 * side + 2.5 + texts + below
    fig, dashes = figure(PAGE, height), {WITHOUT: DASHED, WITH: "solid"}
    boxes = [body_box(shown.pet, [shown.truth, *shown.masks.values()], margin=2) for shown in slices]
    n = max(max(box[1] - box[0], box[3] - box[2]) for box in boxes)
    for index, (shown, box) in enumerate(zip(slices, boxes, strict=True)):
        x = edge + index * (side + gap)
        body, near = panel(fig, x, title, side), panel(fig, x, title + side + 2.5, side)
        close = near_box(shown.truth, (shown.pixel_mm,) * 2)
        for ax, window, thick, bar_mm in ((body, square(box, n, len(shown.pet)), 0.6, 50), (near, close, 1.5, 20)):
            draw_slice(ax, shown, window, dashes, CLICKS[WITH], thick)
            scale_bar(ax, window, bar_mm / shown.pixel_mm, f"{bar_mm} mm")
        corner, sides = (close[2] - 0.5, close[0] - 0.5), (close[3] - close[2], close[1] - close[0])
        body.add_patch(Rectangle(corner, *sides, fill=False, linewidth=0.6, edgecolor="#444444", linestyle=(0, (1, 2))))
        for at, text in ((0.03, "R"), (0.97, "L")):
            body.text(at, 0.97, text, transform=body.transAxes, ha="left" if at < 0.5 else "right", va="top",
                      fontsize=7, path_effects=RIM)  # fmt: skip
        gain = shown.dice[WITH] - shown.dice[WITHOUT]
        fig.text(x / PAGE, 1 - 0.8 / height, title_of(gain), fontsize=9, fontweight="bold", va="top")
        fig.text(x / PAGE, 1 - 5 / height, f"gain {gain:+.2f}: {PERCENTILES[index]} of all slices".replace("-", "\u2212"),
                 fontsize=7.5, va="top", color="#444444")  # fmt: skip
        under = 1 - (title + 2 * side + 3.5) / height
        for line, method in enumerate((WITHOUT, WITH)):
            fig.text(x / PAGE, under - line * 3.9 / height, f"Dice of {method}: {shown.dice[method]:.2f}", fontsize=8,
                     va="top", color=PAPER_COLOURS[method])  # fmt: skip
        fig.text((x + side) / PAGE, under, f"{shown.patient}\nslice {shown.slice}", fontsize=6.5, va="top", ha="right",
                 color="#444444", linespacing=1.35)  # fmt: skip
    legend(fig, edge, {WITHOUT: f"{WITHOUT} (no click)", WITH: f"{WITH} (sees the click)"}, dashes)
    return fig


def tutorial_picture(shown: Shown) -> Figure:
    """A slice as each of the five methods segments it, near the tumour, with the click that the method uses."""
    side, gap, title, below, edge = 31.8, 2.2, 8.8, 6.5, 1.0
    height = title + side + 1 + below
    fig, window = figure(PAGE, height), near_box(shown.truth, (shown.pixel_mm,) * 2)
    for index, (method, kind) in enumerate(CLICKS.items()):
        x = edge + index * (side + gap)
        ax = panel(fig, x, title, side)
        draw_slice(ax, shown, window, {method: "solid"}, kind, 1.2)
        fig.text(x / PAGE, 1 - 0.8 / height, method, fontsize=8.5, fontweight="bold", va="top", color=PAPER_COLOURS[method])
        fig.text(x / PAGE, 1 - 4.8 / height, f"Dice {shown.dice[method]:.2f}", fontsize=7.5, va="top", color="#444444")
        if index == 0:
            scale_bar(ax, window, 20 / shown.pixel_mm, "20 mm")
    legend(fig, edge, {}, {})
    return fig


def main(results: Path) -> None:
    tutorial = ROOT / "docs/tutorial"
    chosen = choose_examples(gains(read_table(results / "scores.csv")), n=3)
    for file, fig in (
        (ROOT / "docs/readme-picture.png", readme_picture([read_slice(results, *one) for one in chosen])),
        (tutorial / "one-slice.png", tutorial_picture(read_slice(results, *TUTORIAL_SLICE))),
    ):
        fig.savefig(file, dpi=200, metadata={"Software": None})
    for name in TUTORIAL_FIGURES:
        shutil.copy(results / f"figures/{name}.png", tutorial / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
