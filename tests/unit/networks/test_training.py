"""The network and its training; TensorFlow is imported here only, once."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from discs import discs
from stack_files import write_folds, write_stack

from oneclick.networks.backend import precision_of, prepare_backend

prepare_backend(2)

import keras  # noqa: E402
from small_network import build_small  # noqa: E402

from oneclick.clicks.encoding import Encoding, encode  # noqa: E402
from oneclick.common.randomness import seed_of  # noqa: E402
from oneclick.common.warned import Warned  # noqa: E402
from oneclick.data.stack import read_rows  # noqa: E402
from oneclick.networks import training  # noqa: E402
from oneclick.networks.batches import around_bodies, slices_in_files, slices_in_memory  # noqa: E402
from oneclick.networks.best_run import choose  # noqa: E402
from oneclick.networks.checkpoint import identity_of  # noqa: E402
from oneclick.networks.fit import Settings, clock, fit  # noqa: E402
from oneclick.networks.inference import load_network  # noqa: E402
from oneclick.networks.inputs import InputFiles  # noqa: E402
from oneclick.networks.prediction import predict  # noqa: E402
from oneclick.networks.trained_files import TrainedFiles  # noqa: E402
from oneclick.networks.training import Training, is_collapsed, train, write_network  # noqa: E402
from oneclick.networks.unet import ByteDropout, build_unet  # noqa: E402

SETTINGS = Settings(3, 4, 0.001, "linear", 0.25, "shuffled", None)


def test_the_network_is_the_papers():
    model = build_unet((128, 128), 2, "linear")
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds.count("Conv2D") == 15 and kinds.count("Conv2DTranspose") == 3 and kinds.count("MaxPooling2D") == 3
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert [layer.filters for layer in convolutions] == [16, 16, 32, 32, 64, 64, 64, 64, 32, 32, 32, 32, 16, 16, 1]
    assert [layer.filters for layer in model.layers if type(layer).__name__ == "Conv2DTranspose"] == [32, 32, 16]
    dropouts = [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"]
    assert dropouts == [0.1, 0.1, 0.2, 0.2, 0.1, 0.1, 0.1]
    assert convolutions[-1].activation is keras.activations.linear
    assert convolutions[0].kernel_initializer.__class__.__name__ == "HeNormal"
    # (9 in + 1) out per 3 x 3 convolution, (4 in + 1) out per transposed one, by hand from the filters above
    down = [(2, 16), (16, 16), (16, 32), (32, 32), (32, 64), (64, 64), (64, 64), (64, 64)]
    up = [(96, 32), (32, 32), (64, 32), (32, 32), (32, 16), (16, 16)]
    weights = sum((9 * i + 1) * o for i, o in down + up) + sum((4 * i + 1) * o for i, o in [(64, 32), (32, 32), (32, 16)])
    assert model.count_params() == weights + 17
    assert model.output_shape == (None, 128, 128, 1)


@pytest.mark.slow
@pytest.mark.parametrize("shape, size", [("pixel", None), ("disk", 1.5), ("gaussian", 1.5), ("distance", 6.0)])
def test_training_learns_from_the_click_however_it_is_encoded(shape, size):
    x, y = discs(120)
    x[..., 1] = encode(x[..., 1], Encoding(shape, size, "pixels"), (1.0, 1.0))
    settings = Settings(16, 8, 0.003, "sigmoid", 0, "shuffled", None)
    model, history = fit(slices_in_memory(x, y), np.arange(120) >= 100, settings, 3, lambda line: None)
    assert history["epoch"].tolist() == list(range(1, 17))
    assert history["val_loss"].iloc[-1] < 0.4 * history["val_loss"].iloc[0]
    outputs = model.predict(x[100:], verbose=0)[..., 0]
    true, false = outputs[y[100:] == 1], outputs[(y[100:] == 0) & (x[100:, ..., 0] == 1)]
    assert true.mean() > 0.6 and false.mean() < 0.3
    # the click alone decides: without one both squares look alike
    blank = x[100:].copy()
    blank[..., 1] = 0
    assert model.predict(blank, verbose=0)[..., 0][y[100:] == 1].mean() < true.mean() - 0.2


def test_the_loss_is_binary_cross_entropy_of_the_clipped_linear_output(small_network):
    x, y = discs(8)
    model, history = fit(
        slices_in_memory(x, y), np.zeros(8, bool), Settings(1, 8, 1e-12, "linear", 0, "last", None), 1, lambda line: None
    )
    assert np.isnan(history["val_loss"][0])
    outputs = np.clip(model.predict(x, verbose=0)[..., 0].astype(float), 1e-7, 1 - 1e-7)
    expected = -np.mean(np.where(y == 1, np.log(outputs), np.log(1 - outputs)))
    model.compile(loss=keras.losses.BinaryCrossentropy())
    assert model.evaluate(x, y[..., None].astype(np.float32), verbose=0) == pytest.approx(expected, rel=1e-4)


@pytest.mark.slow
def test_same_seed_same_weights(small_network):
    x, y = discs(12)
    runs = [fit(slices_in_memory(x, y), np.arange(12) < 3, SETTINGS, seed, lambda line: None) for seed in (5, 5, 6)]
    weights = [np.concatenate([w.ravel() for w in model.get_weights()]) for model, _ in runs]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert np.abs(weights[0] - weights[2]).max() > 0.01


def test_early_stopping_ends_before_the_last_epoch(small_network):
    x, y = discs(8)
    settings = Settings(40, 8, 10.0, "linear", 0.25, "shuffled", 2)  # a learning rate that cannot help
    _, history = fit(slices_in_memory(x, y), np.arange(8) < 2, settings, 1, lambda line: None)
    assert len(history) < 40


def test_progress_tells_epoch_loss_and_time_left(small_network):
    said = []
    fit(slices_in_memory(*discs(8)), np.arange(8) < 2, SETTINGS, 1, said.append)
    assert len(said) == 3 and said[0].startswith("epoch 1/3  loss 0.") and said[-1].endswith("0:00 left")
    assert clock(125.9) == "2:05"


def test_a_collapsed_network_has_no_output_above_0_in_any_tumour():
    x, y = discs(4)
    model = build_unet((16, 16), 2, "linear")
    bias = model.layers[-1].bias
    model.layers[-1].kernel.assign(np.zeros(model.layers[-1].kernel.shape))
    for value, collapsed in ((-0.1, True), (0.0, True), (0.1, False)):
        bias.assign([value])
        assert is_collapsed(model, slices_in_memory(x, y), np.arange(4)) is collapsed


@pytest.fixture
def study(tmp_path):
    """Twelve slices of discs: of a and c, who test fold 1, and of b between them, who tests fold 2."""
    x, y = discs(12)
    files = write_stack(tmp_path, {"a": [1, 2, 3, 4], "b": [5, 6, 7, 8, 9, 10], "c": [1, 2]}, x[..., 0], y)
    np.save(tmp_path / "clicks.npy", x[..., 1].astype(np.uint8))
    folds_csv = write_folds(tmp_path, {"a": 1, "c": 1, "b": 2})
    return (
        InputFiles(files.slices_npy, str(tmp_path / "clicks.npy")),
        files.masks_npy,
        read_rows(files.slices_csv, folds_csv),
    )


def files_in(folder: Path) -> TrainedFiles:
    """Where the files of a training lie in an empty or new folder."""
    return TrainedFiles(*(str(folder / name) for name in ("fold.keras", "fold.onnx", "fold/history.csv")))


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


WRITTEN = ["fold.keras", "fold.onnx", "fold/history.csv"]


@pytest.fixture
def made_up(monkeypatch, small_network):
    """A function that makes trainings end with networks whose output is a constant, the first of some, the second and so on.
    It gives the list of their seeds, as they come."""

    def of_outputs(*outputs: float) -> list[int]:
        seeds, left = [], iter(outputs)

        def fake_fit(source, validates, settings, seed, say, checkpoint):
            seeds.append(seed)
            model = build_small(source.shape[:2], source.shape[2], "linear")
            model.set_weights([np.zeros(weights.shape) for weights in model.get_weights()])
            model.layers[-1].bias.assign([next(left)])
            return model, pd.DataFrame({"epoch": [len(seeds)]})

        monkeypatch.setattr(training, "fit", fake_fit)
        return seeds

    return of_outputs


def output_of(files: TrainedFiles) -> float:
    """The constant that a network of :func:`made_up` predicts."""
    found = load_network(files.model_onnx).outputs(np.zeros((1, 16, 16, 2), np.float32))
    kept = keras.saving.load_model(files.model_keras).predict(np.zeros((1, 16, 16, 2)), verbose=0)
    assert found.min() == found.max() == pytest.approx(kept.min()) == pytest.approx(kept.max())
    return round(float(found.max()), 4)


FIRST, SECOND, THIRD = (seed_of(7, "training", "plain", 1, *later) for later in ((), (1,), (2,)))
"""The seeds of a network's runs on fold 1."""


@pytest.mark.parametrize(
    "runs, outputs, used",
    [
        (6, [-1, 0, 0.5], [FIRST, SECOND, THIRD]),  # the third is the first sound one
        (6, [0.25, 0.5], [FIRST]),
        (2, [-1, -0.5], [FIRST, SECOND]),  # none is; the last counts
        (1, [-1], [FIRST]),
    ],
)
def test_the_first_sound_run_counts_and_no_other_is_trained(tmp_path, study, made_up, runs, outputs, used):
    seeds, said = made_up(*outputs), []
    settings = replace(SETTINGS, runs=runs, use="sound")
    train(Training("plain", 1, settings, 7, "code"), *study, files_in(tmp_path / "out"), said.append)
    assert seeds == used and len(set(used)) == len(used)
    assert output_of(files_in(tmp_path / "out")) == outputs[len(used) - 1]
    assert pd.read_csv(files_in(tmp_path / "out").history_csv)["epoch"].tolist() == [len(used)]
    assert sum("starts again" in line for line in said) == len(used) - 1
    collapsed = {1: [], 2: ["run 1"], 3: ["runs 1 to 2"]}[len(used)]
    assert [line.problem.partition(" collapsed")[0] for line in said if isinstance(line, Warned)] == collapsed
    assert names_in(tmp_path / "out") == WRITTEN


def test_of_all_runs_the_best_on_its_training_slices_counts(tmp_path, study, made_up):
    # Of fold 1 the slices of b train, of which each has 16 true of 256 pixels. A network that predicts all of them has the
    # Dice 2 * 16 / (16 + 256), one that predicts none 0. Those of the fold, all empty, would halve the median.
    masks = np.load(study[1])
    masks[:4] = masks[10:] = 0
    np.save(study[1], masks)
    seeds, said, all_positive = made_up(-1, 0.75, 0.25), [], 32 / 272
    files = files_in(tmp_path / "out")
    of_three = Training("plain", 1, replace(SETTINGS, runs=3, use="best"), 7, "code")
    train(of_three, *study, files, said.append, partial(choose, both_empty=0))
    assert seeds == [FIRST, SECOND, THIRD] and output_of(files) == 0.75  # of equals the first
    assert pd.read_csv(files.history_csv)["epoch"].tolist() == [2]
    table = pd.read_csv(tmp_path / "out/fold/runs.csv")
    assert table[["run", "chosen"]].values.tolist() == [[1, 0], [2, 1], [3, 0]]
    np.testing.assert_allclose(table["median_train_dice"], [0, all_positive, all_positive])
    assert said[-1] == "run 2 is chosen" and not any("starts again" in line for line in said)
    assert names_in(tmp_path / "out") == [*WRITTEN, "fold/runs.csv"]


def test_of_each_run_a_network_of_its_own_is_trained_once(tmp_path, study, made_up):
    settings = replace(SETTINGS, runs=1, use="each")  # as the rule asks for one of them
    for network in ("plain", "plain.2"):
        seeds, files = made_up(-1, 0.5), files_in(tmp_path / network)
        train(Training(network, 1, settings, 7, "code"), *study, files, print)
        assert seeds == [seed_of(7, "training", network, 1)] and output_of(files) == -1  # collapsed or not
        assert names_in(tmp_path / network) == WRITTEN
    assert seeds != [FIRST]


@pytest.mark.slow
def test_training_reads_no_slice_of_its_fold(tmp_path, study, small_network):
    """What lies in the test rows changes nothing: neither the weights nor what a training is known by."""
    inputs, masks_npy, rows = study
    plain, known = [], []

    class Spy(InputFiles):
        def read(self, some):
            seen.update(np.arange(12)[some].tolist())
            return super().read(some)

    spied, seen = Spy(inputs.slices_npy, inputs.clicks_npy), set()
    for number in range(2):
        files = files_in(tmp_path / str(number))
        train(Training("n", 1, SETTINGS, 1, "code"), spied, masks_npy, rows, files, print)
        plain.append(keras.saving.load_model(files.model_keras).get_weights())
        known.append(identity_of("", slices_in_files(spied, masks_npy, np.arange(4, 10))))
        for path, value in ((inputs.slices_npy, np.nan), (inputs.clicks_npy, 1), (masks_npy, 1)):
            array = np.load(path)
            array[:4] = array[10:] = value
            np.save(path, array)
    assert seen == set(range(4, 10)) and known[0] == known[1]
    for one, other in zip(*plain, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_train_and_predict_keep_patients_and_folds_apart(tmp_path, study, small_network):
    inputs, said = study[0], []
    x = inputs.read(slice(12))
    trained = {fold: files_in(tmp_path / str(fold)) for fold in (1, 2)}
    for fold, files in trained.items():
        train(Training("random", fold, SETTINGS, 1, "code"), *study, files, said.append)
    # fold 1 trains on b alone, fold 2 on a and c; a quarter, rounded, validates
    assert [line for line in said if "train" in line] == [
        "4 slices train, 2 validate, 1 patients; float32",
        "4 slices train, 2 validate, 2 patients; float32",
    ]
    assert pd.read_csv(trained[1].history_csv).columns.tolist() == ["epoch", "loss", "val_loss", "seconds"]
    models, outputs = [files.model_onnx for files in trained.values()], [str(tmp_path / f"{fold}.npy") for fold in trained]
    said.clear()
    predict(inputs.slices_npy, inputs.clicks_npy, models, outputs, said.append)
    assert said == ["fold 1: 12 slices predicted", "fold 2: 12 slices predicted"]
    found = [np.load(path) for path in outputs]
    for files, array in zip(trained.values(), found, strict=True):
        assert array.dtype == np.float32 and array.shape == (12, 16, 16)
        expected = keras.saving.load_model(files.model_keras).predict(x, verbose=0)[..., 0]
        np.testing.assert_allclose(array, expected, rtol=1e-4, atol=1e-5)
    assert np.abs(found[0] - found[1]).max() > 1e-3


def test_a_byte_is_drawn_for_each_number():
    keras.utils.set_random_seed(1)
    layer, x = ByteDropout(0.1), np.full((4, 32, 32, 16), 3.0, np.float32)
    np.testing.assert_array_equal(layer(x), x)  # not in prediction
    y = np.asarray(layer(x, training=True))
    kept = y > 0
    np.testing.assert_allclose(y[kept], 3 * 256 / 230, rtol=1e-6)
    n = kept.size  # 65536: the share that is dropped is 26/256 within five standard errors, in each channel within six
    assert abs((~kept).mean() - 26 / 256) < 5 * np.sqrt(0.1 * 0.9 / n)
    assert np.abs((~kept).mean(axis=(0, 1, 2)) - 26 / 256).max() < 6 * np.sqrt(0.1 * 0.9 * 16 / n)
    # neighbours are dropped independently of each other, in the bytes of one integer as across integers
    for one, other in ((kept[..., :-1], kept[..., 1:]), (kept[:, :, :-1], kept[:, :, 1:]), (kept[:-1], kept[1:])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02
    assert (np.asarray(layer(x, training=True)) != y).any()


# Of float32 and byte see test_backends.py.
@pytest.mark.slow
@pytest.mark.parametrize("precision, dropout", [("mixed_bfloat16", "byte"), ("mixed_bfloat16", "float")])
def test_faster_training_learns_from_the_click_too(precision, dropout):
    x, y = discs(120)
    settings = Settings(25, 8, 0.003, "sigmoid", 0, "shuffled", None, precision=precision, dropout=dropout)
    model, _ = fit(slices_in_memory(x, y), np.arange(120) >= 100, settings, 3, lambda line: None)
    outputs = model.predict(x[100:], verbose=0)[..., 0]
    assert outputs.dtype == np.float32
    assert outputs[y[100:] == 1].mean() > 0.6 and outputs[(y[100:] == 0) & (x[100:, ..., 0] == 1)].mean() < 0.3


def test_the_fast_processor_is_found(tmp_path):
    info = tmp_path / "cpuinfo"
    assert precision_of("auto", info) == "float32" and precision_of("mixed_float16", info) == "mixed_float16"
    for flag, found in (("avx512_bf16", "mixed_bfloat16"), ("amx_bf16", "mixed_bfloat16"), ("avx512f", "float32")):
        info.write_text(f"model name : x\nflags : fpu {flag} avx2\n")
        assert precision_of("auto", info) == found and precision_of("float32", info) == "float32"


def test_a_network_is_written_plain_whatever_trained_it(tmp_path):
    keras.utils.set_random_seed(3)
    fast = build_unet((16, 24), 2, "linear", ByteDropout, "mixed_bfloat16")
    write_network(fast, "linear", str(tmp_path / "n.keras"), str(tmp_path / "n.onnx"))
    saved = keras.saving.load_model(tmp_path / "n.keras", safe_mode=True)
    assert {type(layer).__module__.split(".")[0] for layer in saved.layers} == {"keras"}
    assert {layer.dtype_policy.name for layer in saved.layers} == {"float32"}
    for mine, written in zip(fast.get_weights(), saved.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, written)
    network = load_network(tmp_path / "n.onnx")
    assert network.window == (16, 24)
    x = np.random.default_rng(1).random((3, 16, 24, 2)).astype(np.float32)
    np.testing.assert_allclose(network.outputs(x), saved.predict(x, verbose=0)[..., 0], atol=1e-5)
    # one at a time or together, with one worker or three: the same to the last bit
    np.testing.assert_array_equal(network.outputs(x, 3), np.stack([network.output(one) for one in x]))


def test_cropped_networks_see_the_window_around_the_body_and_predict_nothing_outside(tmp_path):
    x, y = np.zeros((2, 64, 64, 2), np.float32), np.zeros((2, 64, 64), np.uint8)
    x[0, 10:26, 20:30, 0] = x[1, 40:50, 30:50, 0] = 1
    y[0, 12:15, 22:25] = y[1, 0, 0] = 1
    said = []
    cropped = around_bodies(slices_in_memory(x, y), said.append)
    images, masks = cropped.read(np.arange(2))
    assert cropped.shape == images.shape[1:]
    assert images.shape[1:] == (*masks.shape[1:], 2) and images.shape[1] < 48 > images.shape[2]
    assert images.sum() == x.sum() and masks.sum() == 9
    assert said[0] == f"cropped to {images.shape[1]} x {images.shape[2]} pixels around the body"
    assert said[1] == "warning: 1 tumour pixels lie outside of the body and train no network; choose training.crop: none"
    model = build_unet(images.shape[1:3], 2, "linear")
    write_network(model, "linear", str(tmp_path / "n.keras"), str(tmp_path / "n.onnx"))
    outputs = load_network(tmp_path / "n.onnx").outputs(x)
    for output, cropped, where in zip(outputs, model.predict(images, verbose=0)[..., 0], (x[0], x[1]), strict=True):
        inside = output != 0
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        window = output[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        np.testing.assert_allclose(window, cropped, atol=1e-5)
        assert inside[where[..., 0] > 0].all()
