import pytest

from oneclick.report import flowchart
from oneclick.report.marks import Notices

NETWORKS = {"plain": {"clicks": "none"}, "random": {"clicks": "random"}, "spare": {"clicks": "center"}}
METHODS = {
    "only": {"network": "plain"},
    "direct": {"network": "random"},
    "kept": {"network": "plain", "keep": "center"},
}


def ways(boxes, arrows) -> dict[str, list[str]]:
    """For each method the first lines of the boxes that lead to it."""
    before = {end: start for start, end in arrows}
    found = {}
    for box in boxes:
        if box.column == 4:
            chain, at = [], box
            while at in before:
                at = before[at]
                chain.insert(0, at.text.split("\n")[0])
            found[box.text.split("\n")[1]] = chain
    return found


def test_each_method_is_reached_through_its_own_boxes():
    boxes, arrows = flowchart.layout(NETWORKS, METHODS)
    assert ways(boxes, arrows) == {
        "only": ["PET slice", "U-Net", "threshold"],
        "kept": ["PET slice", "U-Net", "threshold", "keep components clicked:"],
        "direct": ["PET slice + clicks:", "U-Net", "threshold"],
    }


def test_classical_methods_follow_without_network_and_threshold():
    methods = METHODS | {
        "shed": {"classical": "watershed", "clicks": "suvmax", "fill_holes": True},
        "grow": {"classical": "region_growing", "percent": 50, "clicks": "center"},
        "walk": {"classical": "random_walker", "clicks": "suvmax"},
    }
    boxes, arrows = flowchart.layout(NETWORKS, methods)
    found = ways(boxes, arrows)
    assert found.pop("grow") == ["PET slice + clicks:", "region growing"]
    assert found.pop("shed") == ["PET slice + clicks:", "watershed", "holes filled"]
    assert found.pop("walk") == ["PET slice + clicks:", "random walker"]
    assert found == ways(*flowchart.layout(NETWORKS, METHODS))
    assert "region growing\n50 % of SUVmax" in [box.text for box in boxes]
    rows = {box.text: box.row for box in boxes if box.column == 4}
    assert sorted(rows.values()) == list(range(6)) and rows["mask of\nwalk"] == rows["mask of\nshed"] + 1


def test_a_study_without_networks_has_a_flowchart():
    methods = {name: {"classical": name, "clicks": "human"} for name in flowchart.CLASSICAL}
    methods["region_growing"]["percent"] = 12.5
    fig = flowchart.draw_flowchart({}, methods, Notices())
    fig.canvas.draw()
    boxes = [patch.get_window_extent() for patch in fig.axes[0].patches if patch.get_window_extent().width > 20]
    for text in fig.axes[0].texts[len(flowchart.COLUMNS) :]:
        extent = text.get_window_extent()
        assert any(box.x0 <= extent.x0 and extent.x1 <= box.x1 for box in boxes), text.get_text()


def test_encodings_and_what_becomes_of_components_are_named():
    networks = {"random": {"clicks": "random", "encoding": "disk"}}
    boxes, _ = flowchart.layout(networks, {"a": REFINED, "b": {"network": "random", "fill_holes": True}})
    texts = [box.text for box in boxes]
    assert "PET + disk clicks:\na random pixel of\neach component" in texts
    assert "keep clicked (human),\n12345 pixels or more\nholes filled" in texts
    assert "holes filled" in texts


def test_methods_of_a_network_are_neighbours_and_their_network_in_their_middle():
    boxes, _ = flowchart.layout(NETWORKS, METHODS)
    rows = {box.text: box.row for box in boxes if box.column == 4}
    assert rows == {"mask of\nonly": 0, "mask of\nkept": 1, "mask of\ndirect": 2}
    assert [box.row for box in boxes if box.column == 1] == [0.5, 2]  # the spare network is not drawn


def test_a_network_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="Method x names the network gone"):
        flowchart.layout(NETWORKS, {"x": {"network": "gone"}})


REFINED = {"network": "random", "keep": "human", "min_pixels": 12345, "fill_holes": True}


@pytest.mark.parametrize(
    "kind", ["random", "center", "suvmax", "inner", "human", "simulated-reader", "simulated-reader-sim4567890AB"]
)
@pytest.mark.parametrize("encoding", ["pixel", "disk", "gaussian", "distance"])
@pytest.mark.parametrize("n", [1, 10])
def test_all_text_stays_inside_its_box(n, encoding, kind):
    methods = {f"a_rather_long_name_of_a_method_{i}": {"network": "random", "keep": kind} for i in range(n)}
    methods |= {name: REFINED for name in list(methods)[1::2]}
    fig = flowchart.draw_flowchart(NETWORKS | {"random": {"clicks": kind, "encoding": encoding}}, methods, Notices())
    ax = fig.axes[0]
    fig.canvas.draw()
    boxes = [patch.get_window_extent() for patch in ax.patches if patch.get_window_extent().width > 20]
    inside = [text for text in ax.texts if text.get_position()[1] > 7]
    assert len(inside) == 3 + 2 * n
    for text in inside:
        extent = text.get_window_extent()
        assert any(
            box.x0 <= extent.x0 and extent.x1 <= box.x1 and box.y0 <= extent.y0 and extent.y1 <= box.y1 for box in boxes
        ), text.get_text()


def test_equal_config_gives_equal_files(tmp_path):
    for name in ("a", "b"):
        flowchart.write_flowchart(NETWORKS, METHODS, tmp_path / f"{name}.png", tmp_path / f"{name}.svg", Notices())
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
