"""What the click page knows of a study, against the settings, tables and networks that it was given."""

import hashlib

import pytest
from small_trained_study import ENCODINGS, SETTINGS, write_small_study

from oneclick.click_page.study import digest_of, page_study, shown_first
from oneclick.common.errors import UserError

NETWORKS = {"plain": {"clicks": "none"}, "random": {"clicks": "random"}, "center": {"clicks": "center"}}


def study_of(folder):
    models = write_small_study(folder)
    return page_study(str(folder / "settings.json"), str(folder / "thresholds.csv"), models, ENCODINGS, "results-own")


def test_the_study_of_a_page(tmp_path):
    study = study_of(tmp_path)
    assert study.pop("digest") == digest_of(
        [
            str(tmp_path / name)
            for name in ["settings.json", "thresholds.csv"]
            + [f"models/{network}/fold-{fold}.onnx" for network in ("plain", "center") for fold in (1, 2)]
        ]
    )
    assert study == {
        "name": "results-own",
        "phantom": True,
        "trained_on": None,
        "size": 32,
        "spacing": 5,
        "resize_pet": "area",
        "seen_mm": SETTINGS["seen_mm"],
        "connectivity": 8,
        "folds": 2,
        "networks": {
            "plain": {"clicks": "none", "encoding": {"shape": "pixel", "size": None, "unit": "mm"}},
            "center": {"clicks": "center", "encoding": {"shape": "disk", "size": 12, "unit": "mm"}},
        },
        # a classical method has no network
        "methods": {
            "CNNonly": {"network": "plain"},
            "CNNcm": {"network": "plain", "keep": "center"},
            "cm1CNN": {"network": "center", "fill_holes": True},
        },
        "method": "cm1CNN",
        # by fold, in whatever order the table has them
        "thresholds": {"plain": [0.4, 0.5], "center": [0.45, 0.55]},
        "windows": {"plain": [[16, 24], None], "center": [[16, 24], None]},
    }


@pytest.mark.parametrize(
    "methods, dice, first",
    [
        ("CNNonly CNNcm rand1CNN cm1CNN", {"plain": 0.9, "random": 0.5, "center": 0.6}, "cm1CNN"),
        ("CNNonly CNNcm cm1CNN rand1CNN", {"plain": 0.9, "random": 0.7, "center": 0.6}, "rand1CNN"),
        ("CNNonly CNNcm rand1CNN cm1CNN", {"plain": 0.9, "random": 0.6, "center": 0.6}, "rand1CNN"),
        ("CNNonly CNNcm", {"plain": 0.9}, "CNNcm"),
        ("CNNonly", {"plain": 0.9}, "CNNonly"),
    ],
)
def test_the_method_shown_first_sees_the_click_or_else_chooses_by_it(methods, dice, first):
    known = {
        "CNNonly": {"network": "plain"},
        "CNNcm": {"network": "plain", "keep": "center"},
        "rand1CNN": {"network": "random"},
        "cm1CNN": {"network": "center"},
    }
    # two folds, whose mean counts
    thresholds = {
        name: [{"median_train_dice": str(d - 0.1)}, {"median_train_dice": str(d + 0.1)}] for name, d in dice.items()
    }
    assert shown_first({name: known[name] for name in methods.split()}, NETWORKS, thresholds) == first


def test_the_digest_tells_files_and_their_order_apart(tmp_path):
    for name, content in (("a", b"1"), ("b", b"2"), ("c", b"12"), ("d", b"")):
        (tmp_path / name).write_bytes(content)
    one, two = (hashlib.sha256(content).digest() for content in (b"1", b"2"))
    assert digest_of([tmp_path / "a", tmp_path / "b"]) == hashlib.sha256(one + two).hexdigest()
    orders = (["a", "b"], ["b", "a"], ["c", "d"], ["d", "c"])
    assert len({digest_of([tmp_path / name for name in names]) for names in orders}) == 4


def test_a_file_that_is_no_network_is_named(tmp_path):
    write_small_study(tmp_path)
    (tmp_path / "models/center/fold-2.onnx").write_bytes(b"no network")
    models = {"center": [str(tmp_path / f"models/center/fold-{fold}.onnx") for fold in (1, 2)]}
    with pytest.raises(UserError, match=r"models/center/fold-2\.onnx: this is no network of a study; copy it again"):
        page_study(str(tmp_path / "settings.json"), str(tmp_path / "thresholds.csv"), models, ENCODINGS, "results")
