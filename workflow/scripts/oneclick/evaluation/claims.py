"""The paper's claims about its methods (Rainio et al. 2024, doi 10.1007/s13721-024-00483-0), put to the present cohort."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from oneclick.paper import results as paper

LEVEL = 0.05
"""The paper's level of significance."""


@dataclass(frozen=True)
class Claim:
    """A sentence of the paper about pairs of methods. ``measure`` ``dice``: the first of each pair has the higher Dice;
    ``spread``: its Dice varies more; ``same spread``: no difference was found."""

    text: str
    section: str
    measure: str
    pairs: tuple[tuple[str, str], ...]


CLAIMS = (
    Claim("The centre click given to the network is the best of all", "3, table 2", "dice", (
        ("cm1CNN", "CNNonly"), ("cm1CNN", "CNNrand"), ("cm1CNN", "CNNcm"), ("cm1CNN", "rand1CNN"),
    )),
    Claim("A click given to the network improves on fully automatic segmentation", "4", "dice", (
        ("rand1CNN", "CNNonly"), ("cm1CNN", "CNNonly"),
    )),
    Claim("Keeping clicked components improves on fully automatic segmentation", "3, table 2", "dice", (
        ("CNNrand", "CNNonly"), ("CNNcm", "CNNonly"),
    )),
    Claim("A click does more in the network than in choosing components", "4 and 5", "dice", (
        ("rand1CNN", "CNNrand"), ("cm1CNN", "CNNcm"),
    )),
    Claim("The centre is a better click than a random pixel", "4", "dice", (
        ("CNNcm", "CNNrand"), ("cm1CNN", "rand1CNN"),
    )),
    Claim("One-click networks vary less than the other methods", "3, table 3", "spread", (
        ("CNNonly", "rand1CNN"), ("CNNrand", "rand1CNN"), ("CNNcm", "rand1CNN"),
        ("CNNonly", "cm1CNN"), ("CNNrand", "cm1CNN"), ("CNNcm", "cm1CNN"),
    )),
    Claim("Keeping clicked components varies more than fully automatic segmentation", "3, table 3", "spread", (
        ("CNNrand", "CNNonly"), ("CNNcm", "CNNonly"),
    )),
    Claim("The kind of click does not change how much a method varies", "3, table 3", "same spread", (
        ("cm1CNN", "rand1CNN"), ("CNNcm", "CNNrand"),
    )),
)  # fmt: skip
"""Methods that are matched by the names of the paper."""


def _verdict(measure: str, first_is_more: bool, p: float) -> str:
    if np.isnan(p):
        return "not tested"
    if measure == "same spread":
        return "not contradicted" if p >= LEVEL else "contradicted"
    if p >= LEVEL:
        return "not shown"
    return "stands" if first_is_more else "reversed"


def standing(verdicts: list[str]) -> str:
    """What became of a claim, from the verdicts on its pairs: a word if they are alike, else how many of them stand."""
    held = sum(verdict in ("stands", "not contradicted") for verdict in verdicts)
    return verdicts[0] if len(set(verdicts)) == 1 else f"stands in {held} of {len(verdicts)} pairs"


def claims_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """A row per claim and pair of methods, from the table of :func:`by_patient.pair_table`.

    claim, section, measure, method_a, method_b (the paper: a above b), paper_p, slices_p (the paper's test on this cohort),
    p (by patients, with Holm's correction: clustered signed ranks for Dice, permutation for spread), and verdict:
    ``stands``, ``reversed`` (b above a), ``not shown`` (p of 0.05 or more), of claims of no difference ``not contradicted``
    or ``contradicted``. Pairs of which this study lacks a method are left out.
    """
    of_pair = {(row.method_a, row.method_b): row for row in pairs.itertuples()}
    rows = []
    for claim in CLAIMS:
        for a, b in claim.pairs:
            turned = (a, b) not in of_pair
            row = of_pair.get((b, a) if turned else (a, b))
            if row is None:
                continue
            if claim.measure == "dice":
                first_is_more = (row.rank_biserial > 0) != turned
                paper_p, slices_p, p = paper.wilcoxon_p(a, b), row.slices_p, row.clustered_p_holm
            else:
                first_is_more = (row.variance_ratio > 1) != turned
                paper_p, slices_p, p = paper.f_test_p(a, b), row.f_test_p, row.variance_permutation_p_holm
            verdict = _verdict(claim.measure, first_is_more, p)
            rows.append((claim.text, claim.section, claim.measure, a, b, paper_p, slices_p, p, verdict))
    columns = ["claim", "section", "measure", "method_a", "method_b", "paper_p", "slices_p", "p", "verdict"]
    return pd.DataFrame(rows, columns=columns)
