import pandas as pd
import pytest

from oneclick.common.errors import UserError
from oneclick.common.randomness import seed_of
from oneclick.networks.run_names import named, numbered, write_with_runs

FIRST = 119442944342196201669695388131025878824


def test_the_first_run_has_the_name_and_the_seed_that_it_always_had():
    # sha256 of "2024\x1ftraining\x1fcenter\x1f3", its first 16 bytes, little-endian, taken before trainings were repeated
    assert seed_of(2024, "training", numbered("center", 1), 3) == FIRST
    others = [seed_of(2024, "training", numbered("center", run), 3) for run in (2, 3)]
    later = [seed_of(2024, "training", "center", 3, attempt) for attempt in (1, 2, 3)]  # of sound and best
    assert len({FIRST, *others, *later}) == 6


def test_names_of_runs_are_read_as_written():
    assert numbered("cm1CNN", 1) == "cm1CNN" and numbered("cm1CNN", 12) == "cm1CNN.12"
    assert named("cm1CNN") == ("cm1CNN", 1) and named("cm1CNN.12") == ("cm1CNN", 12)


def test_scores_get_a_column_for_the_number_of_their_run(tmp_path):
    for name in ("A", "A.2", "B"):
        (tmp_path / name).write_text(f"method,patient,slice,dice\n{name},007,3,0.10\n{name},NA,4,\n")
    write_with_runs([str(tmp_path / name) for name in ("A", "A.2", "B")], str(tmp_path / "all.csv"))
    assert (tmp_path / "all.csv").read_text() == (
        "method,run,patient,slice,dice\nA,1,007,3,0.10\nA,1,NA,4,\nA,2,007,3,0.10\nA,2,NA,4,\nB,1,007,3,0.10\nB,1,NA,4,\n"
    )
    (tmp_path / "C").write_text("method,patient\nC,1\n")
    with pytest.raises(UserError, match="other columns"):
        write_with_runs([str(tmp_path / name) for name in ("A", "C")], str(tmp_path / "all.csv"))
    assert pd.read_csv(tmp_path / "all.csv").shape == (6, 5)
