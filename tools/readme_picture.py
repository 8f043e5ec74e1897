"""Draw the picture of the README from a finished study: python tools/readme_picture.py results docs/readme-picture.png

Three slices with the click, the true outline, and the outlines of CNNonly and cm1CNN. They are chosen by a rule, not by
eye: the gain of a slice is the Dice of cm1CNN less that of CNNonly; shown are the slices whose gain is nearest to the 5th,
50th and 95th percentile of all slices, no patient twice.
"""

import json
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

from oneclick.body import body_box  # noqa: E402
from oneclick.examplefigure import RIM, TRUE_COLOUR, TRUE_RIM, near_box, outline, scale_bar  # noqa: E402
from oneclick.examples import choose_examples  # noqa: E402
from oneclick.figurestyle import PAGE, PAPER_COLOURS, figure  # noqa: E402
from oneclick.inputs import read_table  # noqa: E402

WITHOUT, WITH = "CNNonly", "cm1CNN"
DASHES = {WITHOUT: (0, (4, 1.6)), WITH: "solid"}
CLICK = {"marker": "o", "markersize": 5.5, "markerfacecolor": "white", "markeredgecolor": "black", "markeredgewidth": 1.1}
PERCENTILES = ("5th percentile", "median", "95th percentile")


@dataclass(frozen=True)
class Shown:
    """A slice to draw: arrays (rows, columns) as displayed, with the front up and the patient's right on the left."""

    patient: str
    slice: int
    pet: np.ndarray
    truth: np.ndarray
    masks: dict[str, np.ndarray]
    clicks: np.ndarray  # (n, 2): row and column of each
    dice: dict[str, float]
    pixel_mm: float


def title_of(gain: float) -> str:
    """What a click did to a slice, in words; Dice that differ by less than 0.05 count as alike."""
    return "Click changes little" if abs(gain) < 0.05 else "Click helps" if gain > 0 else "Click harms"


def gains(scores: pd.DataFrame) -> pd.DataFrame:
    """The gain of each slice, as a table of scores of one method."""
    dice = scores.pivot(index=["patient", "slice"], columns="method", values="dice")
    return (dice[WITH] - dice[WITHOUT]).rename("dice").reset_index().assign(method="gain")


def read_slices(results: Path) -> list[Shown]:
    """The three slices, from a study's results: all arrays have their rows in the order of slices.csv."""
    rows, scores = read_table(results / "slices.csv"), read_table(results / "scores.csv")
    grids = json.loads((results / "grids.json").read_text(encoding="utf-8"))
    names = {"pet": "slices", "truth": "masks", "clicks": "clicks/center"}
    names |= {method: f"segmentations/{method}" for method in (WITHOUT, WITH)}
    arrays = {name: np.load(results / f"{file}.npy", mmap_mode="r") for name, file in names.items()}
    found = []
    for patient, number in choose_examples(gains(scores), n=3):
        (row,) = np.flatnonzero((rows["patient"] == patient) & (rows["slice"] == number))
        of_slice = scores[(scores["patient"] == patient) & (scores["slice"] == number)].set_index("method")["dice"]
        here = {name: np.array(array[row]).T for name, array in arrays.items()}
        found.append(
            Shown(
                patient=patient, slice=number, pet=here["pet"], truth=here["truth"],
                masks={method: here[method] for method in (WITHOUT, WITH)}, clicks=np.argwhere(here["clicks"]),
                dice=of_slice.to_dict(), pixel_mm=grids[patient]["pixel_mm"][0],
            )
        )  # fmt: skip
    return found


def draw_panel(ax: Axes, shown: Shown, window: tuple[int, ...], thick: float, bar_mm: int) -> None:
    """One slice, or a part of it (first row, after last, first column, after last), with outlines and clicks."""
    ax.imshow(shown.pet, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    outline(ax, shown.truth, TRUE_COLOUR, 2.7 * thick, rim=TRUE_RIM)
    for order, (method, mask) in enumerate(shown.masks.items()):
        outline(ax, mask, PAPER_COLOURS[method], thick, DASHES[method], 4 + order)
    ax.plot(shown.clicks[:, 1], shown.clicks[:, 0], linestyle="none", zorder=8, **CLICK)
    ax.set(xlim=(window[2] - 0.5, window[3] - 0.5), ylim=(window[1] - 0.5, window[0] - 0.5), xticks=[], yticks=[])
    scale_bar(ax, window, bar_mm / shown.pixel_mm, f"{bar_mm} mm")


def square(box: tuple[int, ...], side: int, size: int) -> tuple[int, ...]:
    """A square window of so many pixels around the middle of a box, moved into the slice."""
    starts = [int(np.clip((box[k] + box[k + 1] - side) // 2, 0, size - side)) for k in (0, 2)]
    return starts[0], starts[0] + side, starts[1], starts[1] + side


def draw(slices: list[Shown]) -> Figure:
    side, gap, title, texts, legend, edge = 53.0, 4.5, 9.0, 10.0, 6.5, 1.0
    height = title + 2 * side + 2.5 + texts + legend
    fig = figure(PAGE, height)
    boxes = [body_box(shown.pet, [shown.truth, *shown.masks.values()], margin=2) for shown in slices]
    n = max(max(box[1] - box[0], box[3] - box[2]) for box in boxes)

    def place(x: float, top: float) -> Axes:
        return fig.add_axes((x / PAGE, 1 - (top + side) / height, side / PAGE, side / height))

    for index, (shown, box) in enumerate(zip(slices, boxes, strict=True)):
        x = edge + index * (side + gap)
        body, near = place(x, title), place(x, title + side + 2.5)
        close = near_box(shown.truth)
        draw_panel(body, shown, square(box, n, len(shown.pet)), 0.6, 50)
        draw_panel(near, shown, close, 1.5, 20)
        corner, sides = (close[2] - 0.5, close[0] - 0.5), (close[3] - close[2], close[1] - close[0])
        body.add_patch(Rectangle(corner, *sides, fill=False, linewidth=0.6, edgecolor="#444444", linestyle=(0, (1, 2))))
        for at, text in ((0.03, "R"), (0.97, "L")):
            body.text(at, 0.97, text, transform=body.transAxes, ha="left" if at < 0.5 else "right", va="top",
                      fontsize=7, path_effects=RIM)  # fmt: skip
        gain = shown.dice[WITH] - shown.dice[WITHOUT]
        fig.text(x / PAGE, 1 - 0.8 / height, title_of(gain), fontsize=9, fontweight="bold", va="top")
        fig.text(x / PAGE, 1 - 5 / height, f"gain {gain:+.2f}: {PERCENTILES[index]} of all slices".replace("-", "\u2212"),
                 fontsize=7.5, va="top", color="#444444")  # fmt: skip
        under = 1 - (title + 2 * side + 2.5 + 1) / height
        for line, method in enumerate((WITHOUT, WITH)):
            fig.text(x / PAGE, under - line * 3.9 / height, f"Dice of {method}: {shown.dice[method]:.2f}", fontsize=8,
                     va="top", color=PAPER_COLOURS[method])  # fmt: skip
        fig.text((x + side) / PAGE, under, f"{shown.patient}\nslice {shown.slice}", fontsize=6.5, va="top", ha="right",
                 color="#444444", linespacing=1.35)  # fmt: skip
    true = Line2D([], [], color=TRUE_COLOUR, linewidth=3)
    true.set_path_effects([Stroke(linewidth=3.8, foreground=TRUE_RIM), Normal()])
    lines = [Line2D([], [], color=PAPER_COLOURS[m], linewidth=1.6, linestyle=DASHES[m]) for m in (WITHOUT, WITH)]
    names = ["true outline", f"{WITHOUT} (no click)", f"{WITH} (sees the click)", "click"]
    fig.legend([true, *lines, Line2D([], [], linestyle="none", **CLICK)], names, loc="lower left", ncols=4, frameon=False,
               bbox_to_anchor=(edge / PAGE, 0.8 / height), borderaxespad=0, handlelength=2.8, columnspacing=2.2, fontsize=8)  # fmt: skip
    return fig


def main(results: str, png: str) -> None:
    draw(read_slices(Path(results))).savefig(png, dpi=200, metadata={"Software": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
