"""All that the jobs of a study warned of, in one table: for the report, the page of the run and the end of ``make run``."""

from collections.abc import Callable, Iterable

import pandas as pd

from oneclick.common.tables import read_table, write_table
from oneclick.common.warned import COLUMNS, Warned, rows_of
from oneclick.evaluation.paper_tests import read_scores


def without_masks(scores: pd.DataFrame) -> list[Warned]:
    """A warning for each method that segments nothing on more than half of the slices. ``scores`` has the columns method and
    n_pred, a row per method and slice."""
    found = []
    for method, n_pred in scores.groupby("method", sort=False)["n_pred"]:
        empty = int((n_pred == 0).sum())
        if 2 * empty > len(n_pred):
            wrong = f"{method} segments nothing on {empty} of {len(n_pred)} slices"
            found.append(Warned(wrong, "look at its masks, its threshold and the loss curves of its network"))
    return found


def gather(verification_csv: str, warnings_csvs: Iterable[str]) -> pd.DataFrame:
    """The warnings of the check of all scans, then those of other jobs (:func:`warned.write_warnings`), as text in the
    columns patient, job, file, problem, mend. That a patient has no slice is said once: by the stack only where masks of
    slices were corrected after the check."""
    checked = read_table(verification_csv)
    without_slices = set(checked.loc[checked["n_slices"].astype(str) == "0", "patient"])
    warned = checked[checked["level"] == "warning"].assign(job="verify")
    of_jobs = [table[~(table["patient"].isin(without_slices) & (table["job"] == "stack"))]
               for table in map(read_table, warnings_csvs)]  # fmt: skip
    return pd.concat([table[list(COLUMNS)] for table in (warned, *of_jobs)], ignore_index=True).astype(str)


def for_others(table: pd.DataFrame) -> pd.DataFrame:
    """Warnings as pages say them, which go to others: without their files, and of an absolute path in their words the last
    part only, for folders tell of people."""
    words = {name: table[name].str.replace(r"(?<![\w.])(?:/[^/\s;:,]+)+/([^/\s;:,]+)", r"\1", regex=True)
             for name in ("problem", "mend")}  # fmt: skip
    return table.assign(**words).drop(columns="file")


def lines_of_warnings(table: pd.DataFrame) -> list[str]:
    """A line for each warning: patient P07: problem; mend. One that is about no patient begins with its job."""
    table = for_others(table)
    of_patients = [f"patient {row.patient}" if row.patient else row.job for row in table.itertuples()]
    return [
        "; ".join(filter(None, (f"{who}: {row.problem}", row.mend)))
        for who, row in zip(of_patients, table.itertuples(), strict=True)
    ]


def write_all_warnings(
    verification_csv: str, warnings_csvs: list[str], scores_csv: str, csv: str, say: Callable[[str], None]
) -> None:
    """Write :func:`gather` as a table, and after it what the scores give reason to warn of, which is said as well."""
    found = without_masks(read_scores(scores_csv))
    for line in found:
        say(line)
    own = pd.DataFrame(rows_of("gather_warnings", found), columns=COLUMNS)
    write_table(pd.concat([gather(verification_csv, warnings_csvs), own]), csv)
