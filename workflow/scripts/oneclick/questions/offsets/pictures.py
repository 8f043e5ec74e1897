"""The figure of where around a tumour a click may lie: the Dice of each place that was asked about, on PET slices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from oneclick.clicks.moved import moved
from oneclick.data.rows import read_rows
from oneclick.data.stack import read_grids
from oneclick.other_clicks.answers import read_answers
from oneclick.questions.offsets.tables import SIZES, with_sizes
from oneclick.report.marks import Notices
from oneclick.report.outlines import RIM, TRUE_COLOUR, TRUE_RIM, outline, scale_bar
from oneclick.report.style import PAGE, PHANTOM, figure, mark_lines, name_of, safe, save, shortened

MOST_METHODS = 4
COLOURS = "viridis"


@dataclass(frozen=True)
class Picture:
    """A slice: PET (h, w) in [0, 1], true mask (h, w), a pixel's size in mm along rows and columns, and for each method the
    places that were clicked: row, column, distance_mm, dice."""

    title: str
    image: np.ndarray
    truth: np.ndarray
    pixel_mm: tuple[float, float]
    places: Mapping[str, pd.DataFrame]


def typical_slices(table: pd.DataFrame) -> pd.DataFrame:
    """Of each third of the slices by the radius of their tumours the one in the middle: patient, slice, radius_mm, size. So
    no slice is chosen for its Dice."""
    slices = with_sizes(table).drop_duplicates(["patient", "slice"]).sort_values(["radius_mm", "patient", "slice"])
    parts = [slices[slices["size"] == size] for size in SIZES]
    return pd.concat([part.iloc[[len(part) // 2]] for part in parts if len(part)])


def clicked_places(table: pd.DataFrame, matrix: np.ndarray, pixel_mm: tuple[float, float]) -> pd.DataFrame:
    """Every pixel that was clicked in one slice: row, column, distance_mm, dice, from one method's answers for it and its
    click ``matrix`` (h, w). The same pixel comes once, with the answer to the shortest way."""
    rows = []
    for answer in table.sort_values(["distance_mm", "direction"]).itertuples():
        angle = np.radians(answer.direction)
        for row, column in np.argwhere(moved(matrix[None], answer.distance_mm, angle, pixel_mm)[0]):
            rows.append((int(row), int(column), answer.distance_mm, answer.dice))
    return pd.DataFrame(rows, columns=["row", "column", "distance_mm", "dice"]).drop_duplicates(["row", "column"])


def draw_offset_pictures(pictures: Sequence[Picture], notices: Notices) -> Figure:
    """A row of panels a slice, a column a method: PET in inverted grey, the true outline, and a dot on each pixel that was
    clicked, in the colour of the slice's Dice; the ring is the method's own click."""
    clicked = list(pictures[0].places)
    methods = clicked[:MOST_METHODS]
    lines = mark_lines(methods, notices)
    gap, left, right, top, title, below = 2.0, 1.5, 15.0, 5.0, 6.0, 6.5 + 3.0 * len(lines)
    side = min((PAGE - left - right) / len(methods) - gap, 62.0)
    width, height = left + len(methods) * (side + gap) + right, top + len(pictures) * (side + title) + below
    fig = figure(width, height)
    for k, picture in enumerate(pictures):
        across, down = picture.pixel_mm  # rows run from right to left of the patient, columns from front to back
        reach = pd.concat(list(picture.places.values()))
        if reach.empty:  # nobody clicked this slice
            reach = pd.DataFrame(np.argwhere(picture.truth), columns=["row", "column"])
        middle = [(reach[axis].min() + reach[axis].max()) / 2 for axis in ("row", "column")]
        half = 1.08 * max(
            np.ptp([reach[a].min() - 0.5, reach[a].max() + 0.5]) * mm / 2 for a, mm in (("row", across), ("column", down))
        )
        half = max(half, 15.0)
        window = (middle[1] - half / down, middle[1] + half / down, middle[0] - half / across, middle[0] + half / across)
        y = top + k * (side + title) + title
        fig.text(left / width, 1 - (y - 1) / height, safe(picture.title), fontsize=7, va="bottom")
        for m, method in enumerate(methods):
            at = ((left + m * (side + gap)) / width, 1 - (y + side) / height, side / width, side / height)
            ax = fig.add_axes(at, xticks=[], yticks=[])
            ax.imshow(picture.image.T, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
            outline(ax, picture.truth.T, TRUE_COLOUR, 1.3, rim=TRUE_RIM)
            places = picture.places[method]
            dots = ax.scatter(
                places["row"], places["column"], c=places["dice"], cmap=COLOURS, vmin=0, vmax=1, s=(side / 9) ** 2,
                edgecolors="white", linewidths=0.5, zorder=8,
            )  # fmt: skip
            own = places[places["distance_mm"] == 0]
            ax.scatter(own["row"], own["column"], s=(side / 5.5) ** 2, facecolors="none", edgecolors="#d00000",
                       linewidths=1.1, zorder=9, path_effects=RIM)  # fmt: skip
            ax.set(xlim=window[2:], ylim=(window[1], window[0]))
            scale_bar(ax, window, 10 / across, "10 mm")
            if k == 0:
                x = (left + m * (side + gap) + side / 2) / width
                fig.text(x, 1 - 1 / height, name_of(method, notices, 18), fontsize=8, ha="center", va="top")
    tall = min(len(pictures) * (side + title) - title, 80.0)
    bar = fig.add_axes(
        ((width - right + 1.5) / width, 1 - (top + title + tall) / height, 2.5 / width, tall / height),
    )
    fig.colorbar(dots, cax=bar, ticks=[0, 0.25, 0.5, 0.75, 1])
    bar.tick_params(labelsize=6.5, length=2, pad=1.5)
    bar.set_ylabel("Dice of the slice when clicked there", fontsize=6.5, labelpad=1)
    words = "Ring: the method's own click. Yellow: true outline. The patient's right is on the left."
    words += f" The first {len(methods)} of {len(clicked)} methods." if len(methods) < len(clicked) else ""
    words = "\n".join([words, *(f"{line}." for line in lines)])
    fig.text(left / width, 1.5 / height, words + (f" {PHANTOM}." if notices.phantom else ""), fontsize=6.5, va="bottom")
    return fig


def write_offset_pictures(
    answers_csvs: Sequence[str],
    methods: Sequence[str],
    clicks_npys: Sequence[str],
    slices_npy: str,
    masks_npy: str,
    slices_csv: str,
    grids_json: str,
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Write the figure of :func:`typical_slices`. ``clicks_npys``: the clicks of each of the ``methods``."""
    table, grids, pictures = read_answers(answers_csvs, methods), read_grids(grids_json), []
    rows = pd.MultiIndex.from_frame(read_rows(slices_csv)[["patient", "slice"]])
    images, masks, *clicks = (np.load(path, mmap_mode="r") for path in (slices_npy, masks_npy, *clicks_npys))
    for chosen in typical_slices(table).itertuples():
        row, grid = rows.get_loc((chosen.patient, chosen.slice)), grids[chosen.patient]
        answers = table[(table["patient"] == chosen.patient) & (table["slice"] == chosen.slice)]
        places = {
            method: clicked_places(answers[answers["method"] == method], matrices[row], grid.pixel_mm)
            for method, matrices in zip(methods, clicks, strict=True)
        }
        patient = shortened(chosen.patient, 30)
        title = f"{patient}, slice {chosen.slice}: {chosen.size} tumour, radius {chosen.radius_mm:.1f} mm"
        pictures.append(Picture(title, images[row], masks[row], grid.pixel_mm, places))
    save(draw_offset_pictures(pictures, notices), png, svg)
