"""The figure of how far off a click may be."""

from collections.abc import Collection
from html import escape
from pathlib import Path

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from oneclick import offsets, page
from oneclick.errors import UserError
from oneclick.figurestyle import COLUMN, DASHES, PHANTOM, colours, figure, name_of, save
from oneclick.oracles import NOTE, notes, with_marks


def draw_offsets(
    curves: pd.DataFrame, radii: pd.DataFrame, *, oracles: Collection[str] = (), phantom: bool = False
) -> Figure:
    """Median Dice by the distance of the click from its place, a line and 95 % band a method; dots end safe radii."""
    methods = [str(method) for method in curves["method"].unique()]
    palette, width, height = colours(methods), COLUMN, 78.0
    fig = figure(width, height)
    ax = fig.add_axes((13 / width, 22 / height, (width - 15) / width, (height - 25) / height))
    safe_mm = radii[radii["size"] == "all"].set_index("method")["safe_radius_mm"]
    for order, method in enumerate(methods):
        part, style = curves[curves["method"] == method], DASHES[order % len(DASHES)]
        label = f"{name_of(method, oracles)}, safe to {safe_mm[method]:g} mm"
        ax.plot(part["distance_mm"], part["median_dice"], color=palette[method], linestyle=style, linewidth=1.3, label=label)
        ax.fill_between(part["distance_mm"], part["ci_low"], part["ci_high"], color=palette[method], alpha=0.13, linewidth=0)
        at = part[part["distance_mm"] == safe_mm[method]]
        ax.plot(at["distance_mm"], at["median_dice"], "o", color=palette[method], markersize=4)
    n = radii[radii["size"] == "all"]["n_slices"].iloc[0]
    ax.set(xlabel="Distance of the click from its place (mm)", ylabel=f"Median Dice (n = {n} slices)", ylim=(0, 1))
    ax.grid(color="#e4e4e4", linewidth=0.5)
    sns.despine(ax=ax)
    fig.legend(loc="lower left", ncols=1 if len(methods) < 3 else 2, frameon=False, bbox_to_anchor=(0, 0), fontsize=6.5)
    if phantom:
        fig.text(0.99, 0.995, PHANTOM, fontsize=6.5, color="#444444", va="top", ha="right")
    if set(oracles) & set(methods):
        ax.text(0.02, 0.985, NOTE, fontsize=6, color="#444444", transform=ax.transAxes, va="top")
    return fig


def write_offset_tables(
    offsets_csvs: list[str],
    seed: int,
    curves_csv: str,
    radii_csv: str,
    html: str,
    png: str,
    svg: str,
    *,
    oracles: Collection[str] = (),
    phantom: bool,
) -> None:
    """Write the tables of :func:`offsets.offset_tables`, a page of the safe radii, and the figure. Raises UserError without
    a method that uses clicks."""
    if not offsets_csvs:
        raise UserError("no method of this study uses a click that could be moved; add one to methods")
    table = pd.concat([pd.read_csv(path, dtype={"patient": str, "method": str}) for path in offsets_csvs])
    curves, radii = offsets.offset_tables(table, seed)
    curves.to_csv(curves_csv, index=False)
    radii.to_csv(radii_csv, index=False)
    heads = ("Method", "Tumours", "Slices", "Radius, mm", "Median Dice", "Safe radius, mm")
    head = f"<tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>"
    shown = with_marks(radii, oracles)
    rows = [
        f'<tr><th scope="row">{escape(row.method)}</th><td>{row.size}</td><td>{row.n_slices}</td>'
        f"<td>{page.number(row.radius_mm, 1)}</td><td>{page.number(row.median_dice)}</td>"
        f"<td>{row.safe_radius_mm:g}</td></tr>"
        for row in shown.itertuples(index=False)
    ]
    body = [
        "<p>Clicks of finished networks moved by a distance in eight directions, without training. Safe is the largest "
        f"distance up to which the median Dice loses less than {offsets.LOSS:g}; small, medium and large are thirds of the "
        "slices.</p>",
        page.table([head], rows, "tests"),
        *map(page.note, notes(shown["method"])),
    ]
    Path(html).write_text(page.page("How far off a click may be", body, phantom=phantom), encoding="utf-8")
    save(draw_offsets(curves, radii, oracles=oracles, phantom=phantom), png, svg)
