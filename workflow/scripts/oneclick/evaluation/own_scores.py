"""Scores from anywhere, for the statistics alone: a CSV file with the columns method, patient, case, score."""

import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.tables import write_table

COLUMNS = ("method", "patient", "case", "score")


def read_any_scores(path: str) -> pd.DataFrame:
    """Scores as a table of :mod:`paper_tests`: method, patient, slice (the case's number, from 0 in the order of the
    cases), fold (1), dice (the score; NaN if it is empty).

    Raises UserError, with a line for each problem, if a column is missing, a score is no number, a case is scored twice for
    a method, or methods were not scored on the same cases.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: this table cannot be read ({str(error).splitlines()[0]}); save it as CSV") from None
    table.columns = [str(column).strip().lower() for column in table.columns]
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise UserError(
            f"{path}: there is no column {', '.join(missing)}; its first line must be {','.join(COLUMNS)} (more are ignored)"
        )
    table = table[list(COLUMNS)].apply(lambda column: column.str.strip())

    def first(found: pd.Series, words: str) -> list[str]:
        """What is wrong in the first line that was found."""
        return [f"{path}: line {number + 2}: {words.format(**table.loc[number])}" for number in table.index[found][:1]]

    problems = [said for name in COLUMNS[:3] for said in first(table[name] == "", f"the {name} is empty; fill it in")]
    scores = pd.to_numeric(table["score"].where(table["score"] != "", "nan"), errors="coerce")
    wrong = scores.isna() & ~table["score"].str.lower().isin(["", "nan", "na"])
    problems += first(wrong, "the score {score} is no number; write it as 0.5")
    twice = table.duplicated(["method", "patient", "case"])
    problems += first(twice, "{method} has a second score on case {case} of patient {patient}; keep one")
    cases = set(zip(table["patient"], table["case"], strict=True))
    for method, part in table.groupby("method", sort=False):
        for patient, case in sorted(cases - set(zip(part["patient"], part["case"], strict=True)))[:1]:
            wrong = f"{method} has no line for case {case} of patient {patient} as others have"
            problems.append(f"{path}: {wrong}; add it, with an empty score if there is none")
    if table["method"].nunique() < 2:
        problems.append(f"{path}: there are fewer than two methods; scores of several are compared")
    if problems:
        raise UserError("\n".join(problems))
    table["slice"], _ = pd.factorize(table["case"])
    return table[["method", "patient", "slice"]].assign(fold=1, dice=scores)


def write_any_scores(own_csv: str, scores_csv: str) -> None:
    """Write :func:`read_any_scores` as a CSV file."""
    write_table(read_any_scores(own_csv), scores_csv)
