"""How long a run takes: a count of what is to be done, times what it took on the machine of docs/explanation/speed.md."""

from collections.abc import Mapping

from oneclick.networks.backend import precision_of

SLICES_A_PATIENT = 11
"""With a tumour: 10 of a phantom, 11 in the paper (962 of 89 patients), 37 in sarcomas of the whole body. Before the scans
were read, nothing better is known."""
FULL = 128 * 128
PIXELS_A_SECOND = {
    ("float32", "float"): 435_000, ("float32", "byte"): 480_000,
    ("mixed_bfloat16", "float"): 670_000, ("mixed_bfloat16", "byte"): 840_000,
}  # fmt: skip
"""That one core trains, by precision and dropout, at 128 x 128 pixels (benchmarks/throughput.csv)."""
SMALL = 1500
"""Pixels that a slice costs however small it is: 64 x 64 pixels train slower than a quarter of 128 x 128."""
BODY = 0.39
"""Part of a slice that is left by ``crop: body``: 88 x 72 of 128 x 128."""
VALIDATION = 1 / 3
"""Of what a slice that trains costs, one that validates."""
TRAINING_START, STEP, JOB = 12.0, 0.03, 1.5
"""Core seconds before the first step of a training; of each step, beside its slices; of a job without a training."""
PREDICTED, DRAWN = 1_600_000, 145_000
"""Pixels of slices that one core predicts in a second; pixels of a plane by which the seconds of a phantom's scan grow."""


UNCOUNTED = {"other_clicks", "other_clicks_classical", "walk_lesions", "measure_masks"}
"""Jobs of questions beyond the paper, which take long in proportion to what is asked."""


def training_seconds(n_slices: float, size: int, training: Mapping) -> float:
    """Core seconds of one training on ``n_slices`` slices, of which a part validates; ``training`` is that section of a
    study's settings. Runs that are trained again because they collapsed are not foreseen."""
    validating = training["validation_fraction"]
    passes = n_slices * (1 - validating + validating * VALIDATION)
    pixels = size**2 * (BODY if training["crop"] == "body" else 1)
    precision = precision_of(training["precision"])
    rate = PIXELS_A_SECOND["mixed_bfloat16" if "16" in precision else "float32", training["dropout"]]
    each = (pixels + SMALL) / (FULL + SMALL) * FULL / rate
    steps = -(-n_slices * (1 - validating) // training["batch_size"])
    runs = training["runs"] if training["use"] == "best" else 1
    return runs * (TRAINING_START + training["epochs"] * (passes * each + steps * STEP))


def run_seconds(jobs: Mapping[str, int], n_slices: float, cores: int, settings: Mapping) -> tuple[float, float]:
    """Seconds that these ``jobs``, a number by rule, take in all, and those of the trainings among them."""
    size, folds, phantom = settings["preprocess"]["size"], settings["folds"], settings["cohort"].get("phantom")
    trainings = jobs.get("train", 0)
    # A training has one core, so the last ones may have fewer beside them than there are cores.
    in_turn = -(-trainings // cores) * training_seconds(n_slices * (folds - 1) / folds, size, settings["training"])
    others = JOB * (sum(jobs.values()) - trainings)
    others += jobs.get("predict", 0) * folds * n_slices * size**2 / PREDICTED
    others += jobs.get("phantom", 0) * phantom["matrix"] ** 2 / DRAWN if phantom else 0
    return in_turn + others / cores, in_turn


def roughly(seconds: float) -> str:
    """About so long: 40 seconds, 3 minutes, 2 hours, 4 days."""
    for unit, size, most in (("second", 1, 60), ("minute", 60, 90), ("hour", 3600, 48), ("day", 86400, float("inf"))):
        if seconds / size < most:
            n = max(1, round(seconds / size) if size > 1 else round(seconds, -1))
            return f"{int(n)} {unit}{'s' * (n != 1)}"
    raise ValueError(seconds)


def estimate(jobs: Mapping[str, int], n_slices: int | None, n_patients: int, cores: int, settings: Mapping) -> str | None:
    """A sentence on how long a run takes, and how certain that is; None for one of less than a minute. ``jobs``: how many of
    each rule are to be done; ``n_slices``: None where the scans have not been read yet."""
    guessed = n_slices is None
    n = n_patients * SLICES_A_PATIENT if guessed else n_slices
    seconds, training = run_seconds(jobs, n, cores, settings)
    if seconds < 60:
        return None
    on = f"{cores} core{'s' * (cores > 1)}"
    said = f"This run takes about {roughly(seconds)} on {on}"
    if trainings := jobs.get("train", 0):
        each = f"{trainings} training{'s' * (trainings > 1)} of {settings['training']['epochs']} epochs"
        said += f", {roughly(training)} of it for {each} on {'some ' * guessed}{n} slices"
    if UNCOUNTED & set(jobs):
        said += "; questions beyond the paper are not counted"
    if guessed:
        per = f"the slices are a guess, {SLICES_A_PATIENT} with tumour a patient"
        return f"{said}. It may be a third or three times that: {per}, and the machine is not measured."
    return f"{said}. It may be half or twice that: the slices are counted, but this machine is not measured."
