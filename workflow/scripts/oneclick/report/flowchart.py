"""Figure 1 of the paper for the configured methods: how each predicted mask is obtained, drawn from the config."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from oneclick.clicks.kinds import CLICK_KINDS
from oneclick.report.marks import NOTE
from oneclick.report.style import PAGE, colours, figure, name_of, safe, save, shortened

CLASSICAL = {
    "region_growing": "region growing",
    "adaptive_threshold": "adaptive threshold",
    "watershed": "watershed",
    "random_walker": "random walker",
}
"""Methods without a network, in words."""

COLUMNS = ("Input", "Network", "To a mask", "Components", "Method")
LEFT = (1.0, 39.5, 70.0, 95.0, 137.0)
WIDTH = (33.0, 25.0, 19.5, 36.5, 32.0)
"""Left sides and widths of the columns' boxes in mm."""

ROW, BOX = 15.0, 11.5
"""Height of a method's row and of a box in mm."""


@dataclass(frozen=True)
class Box:
    """A box of the flowchart: its column, its middle in rows from the top, its text."""

    column: int
    row: float
    text: str


def layout(networks: Mapping[str, Mapping], methods: Mapping[str, Mapping]) -> tuple[list[Box], list[tuple[Box, Box]]]:
    """The boxes of a flowchart and its arrows, each from a box to a box.

    A method has a row; methods of one network are neighbours, in the order of the config otherwise, so that no arrows
    cross. A network that no method uses is left out. Classical methods follow, those of one kind of click as neighbours.
    Raises ValueError if a method names a network that is not there.
    """
    for method, settings in methods.items():
        if "network" in settings and settings["network"] not in networks:
            raise ValueError(f"Method {method} names the network {settings['network']}, which is not among networks.")
    boxes: list[Box] = []
    arrows: list[tuple[Box, Box]] = []
    row = 0

    def finish(method: str, before: Box) -> None:
        """From a method's last box before its components to its mask."""
        end = Box(4, row, f"mask of\n{_name(method, 18)}")
        text = _rule_text(methods[method])
        if text:
            rule = Box(3, row, text)
            boxes.append(rule)
            arrows.extend([(before, rule), (rule, end)])
        else:
            arrows.append((before, end))
        boxes.append(end)

    for network, settings in networks.items():
        users = [method for method in methods if methods[method].get("network") == network]
        if not users:
            continue
        middle = row + (len(users) - 1) / 2
        chain = [
            Box(0, middle, _input_text(settings)),
            Box(1, middle, f"U-Net\n\u201c{_name(network, 14)}\u201d"),
            Box(2, middle, "threshold"),
        ]
        boxes += chain
        arrows += [(chain[0], chain[1]), (chain[1], chain[2])]
        for method in users:
            finish(method, chain[2])
            row += 1
    for kind in CLICK_KINDS:
        users = [method for method in methods if methods[method].get("clicks") == kind]
        if not users:
            continue
        start = Box(0, row + (len(users) - 1) / 2, _input_text({"clicks": kind}))
        boxes.append(start)
        for method in users:
            grown = Box(1, row, _classical_text(methods[method]))
            boxes.append(grown)
            arrows.append((start, grown))
            finish(method, grown)
            row += 1
    return boxes, arrows


def _name(name: str, length: int) -> str:
    return safe(shortened(str(name), length))


def _rule_text(method: Mapping) -> str:
    """What becomes of a method's components, empty if nothing does."""
    keep, refined = method.get("keep"), []
    if method.get("min_pixels", 1) > 1:
        refined.append(f"{method['min_pixels']} pixels or more")
    if method.get("fill_holes", False):
        refined.append("holes filled")
    if keep and refined:
        return "\n".join([f"keep clicked ({_name(keep, 12)}),", *refined])
    return f"keep components clicked:\n{CLICK_KINDS[keep]}" if keep else "\n".join(refined)


def _classical_text(method: Mapping) -> str:
    """What a classical method does."""
    text = CLASSICAL[method["classical"]]
    return f"{text}\n{method['percent']:g} % of SUVmax" if "percent" in method else text


def _input_text(network: Mapping) -> str:
    """What a network sees; an encoding other than the paper's pixels is named."""
    if network["clicks"] == "none":
        return "PET slice"
    shape = network.get("encoding", "pixel")
    return f"{'PET slice + clicks' if shape == 'pixel' else f'PET + {shape} clicks'}:\n{CLICK_KINDS[network['clicks']]}"


def draw_flowchart(
    networks: Mapping[str, Mapping], methods: Mapping[str, Mapping], *, oracles: Collection[str] = ()
) -> Figure:
    """The matplotlib figure of :func:`write_flowchart`."""
    boxes, arrows = layout(networks, methods)
    head = 7.0
    foot = 5.0 if set(oracles) & set(methods) else 1.0
    height = head + ROW * len(methods) + foot
    fig = figure(PAGE, height)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, PAGE), ylim=(height, 0))  # millimetres from the upper left corner
    ax.axis("off")
    classical = any("classical" in method for method in methods.values())
    for title, x, width in zip(COLUMNS, LEFT, WIDTH, strict=True):
        title = "Network or rule" if classical and title == "Network" else title
        ax.text(x + width / 2, 3.2, title, ha="center", va="center", fontsize=8, fontweight="bold", color="#444444")
    palette = colours(list(methods))
    ends = {
        f"mask of\n{_name(method, 18)}": (palette[method], f"mask of\n{name_of(method, oracles, 18)}") for method in methods
    }
    if foot > 1:
        ax.text(LEFT[-1] + WIDTH[-1], height - 1, NOTE, ha="right", va="bottom", fontsize=7, color="#444444")

    def middle(box: Box) -> float:
        return head + ROW * (box.row + 0.5)

    for start, end in arrows:
        _arrow(ax, LEFT[start.column] + WIDTH[start.column], middle(start), LEFT[end.column], middle(end))
    for box in boxes:
        x, width = LEFT[box.column], WIDTH[box.column]
        edge, text = ends[box.text] if box.column == 4 else ("#444444", box.text)
        fill = ("#eef3fa", "#dfe8f5", "#f4f4f4", "#fdf0dc", "white")[box.column]
        patch = FancyBboxPatch((x, middle(box) - BOX / 2), width, BOX, boxstyle="round,pad=0,rounding_size=1.5",
                               linewidth=1.6 if box.column == 4 else 0.7, edgecolor=edge, facecolor=fill)  # fmt: skip
        ax.add_patch(patch)
        ax.text(x + width / 2, middle(box), text, ha="center", va="center", fontsize=7, linespacing=1.25,
                fontweight="bold" if box.column == 4 else "normal")  # fmt: skip
    return fig


def _arrow(ax: Axes, x0: float, y0: float, x1: float, y1: float) -> None:
    """An arrow along right angles, turning just before the gap's middle."""
    turn = x0 + 2.0
    ax.plot([x0, turn, turn, x1 - 1.2], [y0, y0, y1, y1], color="#444444", linewidth=0.8, solid_joinstyle="round", zorder=0)
    ax.fill([x1, x1 - 1.9, x1 - 1.9], [y1, y1 - 0.85, y1 + 0.85], color="#444444", linewidth=0, zorder=0)


def write_flowchart(
    networks: Mapping[str, Mapping],
    methods: Mapping[str, Mapping],
    png: str | Path,
    svg: str | Path,
    *,
    oracles: Collection[str] = (),
) -> None:
    """Figure 1: PET slice (and clicks) -> U-Net -> threshold -> (keep clicked components) -> mask, a row a method; without
    U-Net and threshold where the method is classical.

    networks: name -> {clicks: none or a kind}; methods: their rows in the config; oracles are marked. Raises
    ValueError as :func:`layout`.
    """
    save(draw_flowchart(networks, methods, oracles=oracles), png, svg)
