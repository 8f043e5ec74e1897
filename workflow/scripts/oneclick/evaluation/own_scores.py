"""Scores from anywhere, for the statistics alone: a CSV file with the columns method, patient, case, score."""

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.given_tables import read_given_table
from oneclick.common.tables import write_table
from oneclick.evaluation.by_patient import LeftOut, Outcome

COLUMNS = ("method", "patient", "case", "score")
NO_SCORE = {"", "nan", "na", "n/a", "<na>", "#n/a", "none", "null"}
"""What stands for no score, in lower case: the case is left out for all methods."""
INFINITE = {sign + word for sign in ("", "+", "-", "\u2212") for word in ("inf", "infinity", "\u221e", "1.#inf")}
LEFT_OUT = "leave the cell empty, which leaves the case out for all methods"


def _problem(path: str, lines: Collection[str], sentence: str) -> str:
    """A sentence about the first of some lines, with how many there are."""
    more = f" (and {len(lines) - 1} more)" * (len(lines) > 1)
    return f"{path}: {next(iter(lines))}{more}: {sentence}"


def _impossible(path: str, column: dict[str, str], numbers: dict[str, float], measure: str) -> list[str]:
    """A sentence for scores that are infinite, and for those that the measure cannot have."""
    infinite = [where for where, cell in column.items() if cell.lower() in INFINITE or np.isinf(numbers.get(where, 0))]
    beyond = [where for where, value in numbers.items() if measure.lower() == "dice" and not 0 <= value <= 1]
    problems = []
    if infinite:
        wrong = f"the score {column[infinite[0]]} is not finite, and no mean or permutation could hold it"
        problems.append(_problem(path, infinite, f"{wrong}; give all such cases one finite penalty, or {LEFT_OUT}"))
    elif beyond:
        wrong = f"a Dice of {column[beyond[0]]} is not between 0 and 1"
        mend = "name in statistics.measure what the scores are, or write them as parts of 1"
        problems.append(_problem(path, beyond, f"{wrong}; {mend}"))
    return problems


def _missing(path: str, table: pd.DataFrame) -> list[str]:
    """A sentence for each method that lacks a case that others have."""
    cases, problems = dict.fromkeys(zip(table["patient"], table["case"], strict=True)), []
    for method, part in table.groupby("method", sort=False):
        own = set(zip(part["patient"], part["case"], strict=True))
        lacking = [case for case in cases if case not in own]
        if lacking:
            patient, case = lacking[0]
            wrong = f"{method} has no line for case {case} of patient {patient} as others have"
            more = f" ({len(lacking)} such cases)" if len(lacking) > 1 else ""
            problems.append(f"{path}: {wrong}{more}; add it, with an empty score if there is none")
    return problems


def read_any_scores(path: str, measure: str = "Dice") -> pd.DataFrame:
    """Scores as a table of the columns method, patient, case (text as in the file), score (float; NaN if there is none).

    Cells may stand between commas, semicolons or tabs; decimal commas are read where they are beyond doubt. Raises
    UserError, with a sentence for each problem and in each the line of the file, if a column is missing, a line has too many
    or too few cells, a score is no number or not finite, or a Dice (``measure``) not between 0 and 1, a case is scored twice
    for a method, methods were not scored on the same cases, one has no score at all, or no case has a score of every method.
    """
    given = read_given_table(path, COLUMNS)
    table = pd.DataFrame({name: given.column(name) for name in COLUMNS}, dtype=str).rename_axis("line").reset_index()
    column = given.column("score")
    lines = {where: cells for where, cells in given.lines.items() if cells["score"].lower() not in NO_SCORE | INFINITE}
    numbers, problems = replace(given, lines=lines).numbers("score")
    for name in COLUMNS[:3]:
        if empty := [where for where, cell in given.column(name).items() if not cell]:
            problems.append(_problem(path, empty, f"the {name} is empty; fill it in"))
    problems += _impossible(path, column, numbers, measure)
    key = ["method", "patient", "case"]
    for again in table[table.duplicated(key)].head(1).itertuples():
        first = table.loc[(table[key] == [again.method, again.patient, again.case]).all(axis=1), "line"].iloc[0]
        second = f"{again.method} has a second score on case {again.case} of patient {again.patient}, after {first}"
        problems.append(f"{path}: {again.line}: {second}; keep one")
    if not problems:
        problems += _missing(path, table)
    if table["method"].nunique() < 2:
        problems.append(f"{path}: there are fewer than two methods; scores of several are compared")
    table["score"] = table["line"].map(numbers).astype(float)
    known = table.groupby("method", sort=False)["score"].count()
    for method in known.index[known == 0] if not problems else []:
        problems.append(f"{path}: {method} has no score at all; fill in its scores, or delete its lines")
    if not problems and not table.groupby(key[1:])["score"].apply(lambda scores: scores.notna().all()).any():
        problems.append(f"{path}: no case has a score of every method, so nothing can be compared; fill in scores")
    if problems:
        raise UserError("\n".join(problems))
    return table[list(COLUMNS)]


def write_any_scores(own_csv: str, scores_csv: str, outcome: Outcome, say: Callable[[str], None]) -> None:
    """Write :func:`read_any_scores` as a CSV file, and ``say`` which cases are left out."""
    table = read_any_scores(own_csv, outcome.measure)
    write_table(table, scores_csv)
    for sentence in LeftOut.from_scores(table.rename(columns={"case": "slice", "score": "dice"})).in_words(outcome):
        say(f"{own_csv}: {sentence}")
