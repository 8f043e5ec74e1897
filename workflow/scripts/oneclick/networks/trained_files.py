"""Where the files of a training lie."""

from dataclasses import astuple, dataclass
from pathlib import Path


@dataclass(frozen=True)
class TrainedFiles:
    """The files of a training: model for Keras and as ONNX, and history. The others lie beside the history."""

    model_keras: str
    model_onnx: str
    history_csv: str

    @property
    def checkpoint_npz(self) -> Path:
        """No output of the rule: Snakemake would remove it before the job that is to go on from there."""
        return Path(self.history_csv).with_name("checkpoint.npz")

    @property
    def runs_csv(self) -> Path:
        return Path(self.history_csv).with_name("runs.csv")

    def of_run(self, run: int) -> "TrainedFiles":
        """Those of one run, until the best is chosen."""
        beside = Path(self.history_csv).with_name(f"run-{run}")
        return TrainedFiles(*(f"{beside}{ending}" for ending in (".keras", ".onnx", ".csv")))

    def remove_runs(self, runs: int) -> None:
        """Remove the files of so many runs; when no checkpoint would have them chosen from again."""
        for run in range(1, runs + 1):
            for path in astuple(self.of_run(run)):
                Path(path).unlink(missing_ok=True)
