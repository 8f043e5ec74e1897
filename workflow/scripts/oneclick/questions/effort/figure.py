"""The page and the figure of seconds against accuracy."""

from html import escape

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from oneclick.common.tables import read_table, write_table
from oneclick.questions.effort.table import BY_HAND, EVERY_SLICE, NO_CLICK, PER_LESION, Effort, effort_table
from oneclick.report import page
from oneclick.report.marks import Notices, notes, with_marks
from oneclick.report.style import COLUMN, colours, corner_notes, figure, mark_lines, name_of, save

MARKERS = {NO_CLICK: "o", EVERY_SLICE: "s", PER_LESION: "^", BY_HAND: "D"}


def draw_effort(table: pd.DataFrame, notices: Notices) -> Figure:
    """Median Dice against a patient's seconds: a colour a method, a mark a use, small marks after corrections by hand; the
    frontier as a grey step."""
    methods = [method for method in table["method"].unique() if method != BY_HAND]
    palette, width = colours(methods) | {BY_HAND: "#000000"}, COLUMN
    marks_mean = mark_lines(methods, notices)
    foot = 1.0 + 3.2 * len(marks_mean) if marks_mean else 0.0
    below = 26.0 + foot + 3.8 * -(-len(methods) // 3)
    height = 62.0 + below
    fig = figure(width, height)
    ax = fig.add_axes((13 / width, below / height, (width - 16) / width, 56 / height))
    best = table[table["frontier"]].sort_values(["seconds", "median_dice"])
    ax.step(best["seconds"], best["median_dice"], where="post", color="#b0b0b0", linewidth=2.5, zorder=1)
    for (method, use), part in table.groupby(["method", "use"], sort=False):
        ax.plot(part["seconds"], part["median_dice"], color=palette[method], linewidth=0.5, alpha=0.6, zorder=2)
        for row in part.itertuples():
            plain = row.corrected_percent == 0 or use == BY_HAND
            ax.plot(
                row.seconds, row.median_dice, MARKERS[use], color=palette[method], markersize=5.5 if plain else 2.8,
                markerfacecolor=palette[method] if plain else "white", markeredgewidth=0.8, zorder=3, clip_on=False,
            )  # fmt: skip
    ax.set_xscale("symlog", linthresh=10)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set(
        xlim=(0, table["seconds"].max() * 1.3), ylim=(0, 1.02), xlabel="Seconds a patient (0 to 10 linear, then logarithmic)"
    )
    fewest, most = table["n_slices"].min(), table["n_slices"].max()  # one click per lesion enters slices without tumour
    ax.set_ylabel(f"Median Dice (n = {fewest}{f' to {most}' if most > fewest else ''} slices)")
    ax.grid(color="#e9e9e9", linewidth=0.5)
    sns.despine(ax=ax)
    marks = [Line2D([], [], color=palette[name], linewidth=3, label=name_of(name, notices, 16)) for name in methods]
    used = [use for use in MARKERS if use in set(table["use"])]
    marks_of_use = [Line2D([], [], color="#333333", marker=MARKERS[use], linestyle="none", label=use) for use in used]
    corrected = Line2D([], [], color="#333333", marker="o", markerfacecolor="white", markersize=3, linestyle="none")
    corrected.set_label("small: worst slices corrected")
    legend = {"frameon": False, "fontsize": 6.5, "columnspacing": 1, "handletextpad": 0.4, "handlelength": 1}
    fig.legend(handles=marks, loc="lower left", ncols=3, bbox_to_anchor=(0, (12 + foot) / height), **legend)
    fig.legend(handles=[*marks_of_use, corrected], loc="lower left", ncols=2, bbox_to_anchor=(0, foot / height), **legend)
    if marks_mean:
        fig.text(0.01, 1 / height, "\n".join(marks_mean), fontsize=6.5, color="#444444", va="bottom")
    corner_notes(fig, phantom=notices.phantom)
    return fig


def sentence(row: pd.Series) -> str:
    """What to do, in words: a method, its clicks, and how many slices to correct."""
    if row["use"] == BY_HAND:
        return "draw all contours by hand"
    done = f"{row['method']}, {row['use']}"
    return done if row["corrected_percent"] == 0 else f"{done}, then correct the worst {row['corrected_percent']:g} %"


def whence(source: str) -> str:
    """Whether the seconds of a click are assumed or measured."""
    if source == "assumed":
        return "These are settings (effort), not measurements."
    return f"The seconds of a click: {source}. The others are settings (effort), not measurements."


def _rows(table: pd.DataFrame) -> list[str]:
    rows = []
    for _, row in table.sort_values(["seconds", "median_dice"]).iterrows():
        cells = [f"{row['seconds']:.0f}", f"{row['clicks']:.1f}", f"{row['corrected_slices']:.1f}"]
        cells += [page.number(row["median_dice"]), page.number(row["mean_dice"])]
        rows.append(page.row(escape(sentence(row)), cells))
    return rows


def write_effort(
    scores_csv: str,
    lesions_csvs: list[str],
    walked_csvs: list[str],
    clicks_csv: str | None,
    clicked: list[str],
    effort: Effort,
    table_csv: str,
    html: str,
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Write the table of :func:`effort_table`, its page and figure. ``lesions_csvs`` and ``walked_csvs`` are those of
    ``write_walks`` of all methods that walk; ``clicks_csv``: clicks of any kind, for their number, none of a study without;
    ``clicked``: the methods that use clicks."""
    scores = read_table(scores_csv)
    walked = pd.concat(map(read_table, walked_csvs)) if walked_csvs else scores.iloc[:0]
    n_lesions = len(read_table(lesions_csvs[0])) if lesions_csvs else 0
    n_clicks = len(read_table(clicks_csv)) if clicks_csv else 0
    of_method = {method: n_clicks if method in clicked else 0 for method in scores["method"].unique()}
    table = effort_table(scores, walked, of_method, n_lesions, effort)
    write_table(table, table_csv)
    shown = with_marks(table, notices)
    head = [page.head(["", "Seconds", "Clicks", "Slices by hand", "Median Dice", "Mean Dice"])]
    model = (
        f"A click takes {effort.seconds_per_click:g} s, a corrected slice {effort.seconds_per_corrected_slice:g} s, a slice "
        f"drawn from nothing {effort.seconds_per_contour:g} s; what was done by hand has a Dice of {effort.dice_by_hand:g}. "
        f"{whence(effort.source)} Finding the tumour and looking through the scan are not counted."
    )
    body = [
        "<p>With so many seconds a patient, do this: no other way has a higher median Dice in no more time.</p>",
        page.table(head, _rows(shown[shown["frontier"]]), "tests"),
        page.note(model),
        page.note(
            "The worst slices are known here from the physician's mask; a reader has to find them. Slices without tumour in "
            "which one click per lesion finds something have a Dice of 0, and to empty one takes as long as to correct it; "
            "without clicks and with a click on every slice, the slices with tumour are taken as known."
        ),
        *map(page.note, notes(shown["method"])),
        "<h2>All ways</h2>",
        page.table(head, _rows(shown), "tests"),
    ]
    page.write_page(html, "Seconds against accuracy", body, notices)
    save(draw_effort(table, notices), png, svg)
