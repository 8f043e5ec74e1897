import pytest

from oneclick.clicks.kinds import (
    CLICK_KINDS,
    PLACES,
    drawn_from_mask,
    human_note,
    is_drawn,
    is_readers,
    kind_in_words,
    needs_mask,
    place_of,
    reader_of,
)


@pytest.mark.parametrize(
    ("kind", "readers", "code", "drawn"),
    [
        ("reader", True, None, False),
        ("reader-R1", True, "R1", False),
        ("simulated-reader", True, None, True),
        ("simulated-reader-sim2", True, "sim2", True),
        ("readers", False, None, False),
        ("reader-", False, None, False),
        ("random", False, None, True),
        ("human", False, None, True),
        ("center", False, None, False),
        ("none", False, None, False),
    ],
)
def test_kinds_of_readers_are_known_by_their_names(kind, readers, code, drawn):
    assert is_readers(kind) is readers and reader_of(kind) == code and is_drawn(kind) is drawn


def test_a_readers_click_has_no_mark_and_a_simulated_readers_has_that_of_a_drawn_one():
    networks = {"plain": {"clicks": "none"}, "random": {"clicks": "random"}, "center": {"clicks": "center"}}
    for keep, drawn in (("reader", False), ("reader-R1", False), ("simulated-reader", True)):
        assert drawn_from_mask({"network": "plain", "keep": keep}, networks) is drawn
        assert not needs_mask({"network": "plain", "keep": keep}, networks)
    assert drawn_from_mask({"network": "random", "keep": "reader"}, networks)
    assert needs_mask({"network": "center", "keep": "reader"}, networks)
    assert not drawn_from_mask({"network": "center", "keep": "reader"}, networks)


def test_every_kind_has_words():
    assert place_of("reader-R1") == "where reader R1 clicked" and place_of("reader") == "where a reader clicked"
    assert place_of("simulated-reader-sim1") == "where simulated reader sim1 clicked"
    assert kind_in_words("simulated-reader") == "where a simulated reader\nclicked each component"
    assert {kind: place_of(kind) for kind in CLICK_KINDS} == PLACES
    assert {kind: kind_in_words(kind) for kind in CLICK_KINDS} == CLICK_KINDS


def test_whether_the_numbers_of_the_simulated_person_are_assumed_or_measured():
    clicks = {"human_sigma_mm": 4, "human_miss": 0.02, "human_source": "assumed"}
    assert human_note(clicks).endswith(
        "4 mm beside their aim along each axis, 2 % elsewhere (standard deviation and chance; assumed)."
    )
    measured = clicks | {"human_sigma_mm": 3.85, "human_source": "measured: 3 readers, 20 patients, 612 clicks"}
    assert "3.85 mm" in human_note(measured) and "; measured: 3 readers, 20 patients, 612 clicks)" in human_note(measured)
