"""Figure 1 of the paper for the configured methods: how each predicted mask is obtained, drawn from the config."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from oneclick.clicks.kinds import CLICK_KINDS, kind_in_words
from oneclick.report.marks import Notices
from oneclick.report.style import GREY, PAGE, colours, figure, mark_lines, name_of, save

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
    """A box of the flowchart: its column, its middle in rows from the top, its text; the method whose mask it stands for."""

    column: int
    row: float
    text: str
    method: str = ""


def layout(networks: Mapping[str, Mapping], methods: Mapping[str, Mapping]) -> tuple[list[Box], list[tuple[Box, Box]]]:
    """The boxes of a flowchart and its arrows, each from a box to a box.

    A method has a row. Methods of one network are neighbours, so that no arrows cross; networks and methods are in the order
    of the config, without networks that no method uses. Classical methods follow, those of one kind of click as neighbours.
    Raises ValueError if a method names a network that is not there.
    """
    for method, settings in methods.items():
        if "network" in settings and settings["network"] not in networks:
            raise ValueError(f"Method {method} names the network {settings['network']}, which is not among networks.")
    boxes: list[Box] = []
    arrows: list[tuple[Box, Box]] = []

    def follow(*chain: Box) -> Box:
        """Draw arrows from each box to the next; gives the last."""
        boxes.extend(box for box in chain if box not in boxes)
        arrows.extend(pairwise(chain))
        return chain[-1]

    row = 0
    for users, settings, name in _starts(networks, methods):
        if not users:
            continue
        middle = row + (len(users) - 1) / 2
        last = follow(Box(0, middle, _input_text(settings)))
        if name:
            last = follow(
                last, Box(1, middle, f"U-Net\n\u201c{name_of(name, length=14)}\u201d"), Box(2, middle, "threshold")
            )
        for method in users:
            text = _rule_text(methods[method])
            grown = [] if name else [Box(1, row, _classical_text(methods[method]))]
            kept = [Box(3, row, text)] if text else []
            follow(last, *grown, *kept, Box(4, row, f"mask of\n{name_of(method, length=18)}", method))
            row += 1
    return boxes, arrows


def _starts(networks: Mapping[str, Mapping], methods: Mapping[str, Mapping]) -> Iterator[tuple[list[str], Mapping, str]]:
    """The methods of each network, its settings, its name; then those of each kind of click without one."""
    for name, settings in networks.items():
        yield [method for method in methods if methods[method].get("network") == name], settings, name
    used = [method["clicks"] for method in methods.values() if "clicks" in method]
    for kind in dict.fromkeys([*CLICK_KINDS, *used]):
        yield [method for method in methods if methods[method].get("clicks") == kind], {"clicks": kind}, ""


def _rule_text(method: Mapping) -> str:
    """What becomes of a method's components, empty if nothing does."""
    keep, refined = method.get("keep"), []
    if method.get("min_pixels", 1) > 1:
        refined.append(f"{method['min_pixels']} pixels or more")
    if method.get("fill_holes", False):
        refined.append("holes filled")
    if keep and refined:
        return "\n".join([f"keep clicked ({name_of(keep, length=12)}),", *refined])
    return f"keep components clicked:\n{kind_in_words(keep)}" if keep else "\n".join(refined)


def _classical_text(method: Mapping) -> str:
    """What a classical method does."""
    text = CLASSICAL[method["classical"]]
    return f"{text}\n{method['percent']:g} % of SUVmax" if "percent" in method else text


def _input_text(network: Mapping) -> str:
    """What a network sees; an encoding other than the paper's pixels is named."""
    if network["clicks"] == "none":
        return "PET slice"
    shape = network.get("encoding", "pixel")
    return f"{'PET slice + clicks' if shape == 'pixel' else f'PET + {shape} clicks'}:\n{kind_in_words(network['clicks'])}"


def draw_flowchart(networks: Mapping[str, Mapping], methods: Mapping[str, Mapping], notices: Notices) -> Figure:
    """Figure 1: PET slice (and clicks) -> U-Net -> threshold -> (keep clicked components) -> mask, a row a method; without
    U-Net and threshold where the method is classical.

    ``networks``, ``methods``: their rows in the config; names of methods are marked. Raises ValueError as :func:`layout`.
    """
    boxes, arrows = layout(networks, methods)
    head = 7.0
    lines = mark_lines(methods, notices)
    foot = 1.0 + 4.0 * len(lines)
    height = head + ROW * len(methods) + foot
    fig = figure(PAGE, height)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, PAGE), ylim=(height, 0))  # millimetres from the upper left corner
    ax.axis("off")
    classical = any("classical" in method for method in methods.values())
    for title, x, width in zip(COLUMNS, LEFT, WIDTH, strict=True):
        title = "Network or rule" if classical and title == "Network" else title
        ax.text(x + width / 2, 3.2, title, ha="center", va="center", fontsize=8, fontweight="bold", color=GREY)
    palette = colours(methods)
    if lines:
        ax.text(LEFT[0], height - 1, "\n".join(lines), va="bottom", fontsize=7, color=GREY)

    def middle(box: Box) -> float:
        return head + ROW * (box.row + 0.5)

    for start, end in arrows:
        _arrow(ax, LEFT[start.column] + WIDTH[start.column], middle(start), LEFT[end.column], middle(end))
    for box in boxes:
        x, width = LEFT[box.column], WIDTH[box.column]
        edge, text = palette.get(box.method, GREY), box.text + notices.mark(box.method)
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
    ax.plot([x0, turn, turn, x1 - 1.2], [y0, y0, y1, y1], color=GREY, linewidth=0.8, solid_joinstyle="round", zorder=0)
    ax.fill([x1, x1 - 1.9, x1 - 1.9], [y1, y1 - 0.85, y1 + 0.85], color=GREY, linewidth=0, zorder=0)


def write_flowchart(
    networks: Mapping[str, Mapping], methods: Mapping[str, Mapping], png: str, svg: str, notices: Notices
) -> None:
    """Draw :func:`draw_flowchart`."""
    save(draw_flowchart(networks, methods, notices), png, svg)
