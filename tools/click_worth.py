"""Write what a click is worth, in ten sentences, into docs/what-is-a-click-worth.md:
python tools/click_worth.py results-beyond results-sts

The folders are the finished studies of phantoms (studies/beyond.yaml, with its map of cohorts) and of sarcomas
(studies/sts.yaml), or one of them, with all questions asked. Words follow from numbers: a difference is not shown
where p, by patients and with Holm's correction over all pairs of methods, is 0.05 or more.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "workflow/scripts")]

from bench import write_between  # noqa: E402
from finished import markdown  # noqa: E402

from oneclick.clicks.kinds import place_of  # noqa: E402
from oneclick.evaluation.claims import LEVEL, standing  # noqa: E402
from oneclick.phantom.tumours import AS_IT_IS  # noqa: E402
from oneclick.report.words import p_text, point_in_words  # noqa: E402

PAGE = ROOT / "docs/what-is-a-click-worth.md"
TABLES = (
    "by_patient_methods",
    "by_patient_pairs",
    "claims",
    "cross",
    "safe_radius",
    "offsets",
    "misses",
    "walk",
    "measures",
)
# Of networks that were trained several times, and of a study with a map of cohorts
PERHAPS = ("repeats_pairs", "cohort_map")
ONE_CLICK = ("rand1CNN", "cm1CNN", "hot1CNN", "hum1CNN")
CLASSICAL = ("grow41", "grow50", "adaptive", "shed", "walker")
NAMES = {"beyond": "phantoms", "sts": "sarcomas"}
# The network without a click, and that with a click as a person gives it, which needs no mask
NONE, CLICKED = "CNNonly", "hum1CNN"


@dataclass(frozen=True)
class Cohort:
    """A finished study: its ``name`` in words, the ``page`` of its results, and its tables."""

    name: str
    page: str
    tables: dict[str, pd.DataFrame]

    @property
    def size(self) -> str:
        row = self.tables["by_patient_methods"].iloc[0]
        return f"{row['n_slices']} slices of {row['n_patients']} patients ({self.name})"

    def median(self, method: str) -> float:
        return self.tables["by_patient_methods"].set_index("method")["median_dice"][method]

    def rows(self, table: str, **where: str) -> pd.DataFrame:
        """The rows of a table whose columns have these values."""
        found = self.tables[table]
        for column, value in where.items():
            found = found[found[column] == value]
        return found


def signed(value: float) -> str:
    return f"{round(value, 3) + 0.0:+.3f}"  # + 0.0, for nobody writes -0.000


def interval(low: float, high: float) -> str:
    return f"{signed(low)} to {signed(high)}"


def compared(cohort: Cohort, method: str, other: str) -> tuple[float, float, float, float]:
    """Median difference of a slice's Dice, ``method`` less ``other``, its interval when patients are drawn, and the p-value
    by patients with Holm's correction."""
    pairs = cohort.tables["by_patient_pairs"].set_index(["method_a", "method_b"])
    turned = (method, other) not in pairs.index
    row = pairs.loc[(other, method) if turned else (method, other)]
    difference, low, high, p = (row[name] for name in ("median_difference", "ci_low", "ci_high", "clustered_p_holm"))
    return (-difference, -high, -low, p) if turned else (difference, low, high, p)


def found(cohort: Cohort, method: str, other: str) -> str:
    """A comparison in words."""
    difference, low, high, p = compared(cohort, method, other)
    shown = f"not shown, p = {p:.2f}" if p >= LEVEL else f"p {p_text(p)}" if p < 0.001 else f"p = {p_text(p)}"
    medians = f"medians {cohort.median(method):.3f} and {cohort.median(other):.3f}"
    return f"{signed(difference)} on {cohort.name} ({interval(low, high)}; {shown}; {medians})"


def brings(cohorts: list[Cohort], pairs: list[tuple[str, str]]) -> str:
    """Whether the first method of a pair is shown to be the better one: in how many comparisons, or on which cohorts."""
    every = {(cohort.name, *pair): compared(cohort, *pair) for cohort in cohorts for pair in pairs}
    shown = [of for of, (difference, _, _, p) in every.items() if difference > 0 and p < LEVEL]
    if any(difference < 0 and p < LEVEL for difference, _, _, p in every.values()):
        return "Not always: the opposite is shown as well."
    if len(shown) in (0, len(every)):
        return "Yes." if shown else "Not shown."
    if len(pairs) > 1:
        return f"Yes in {len(shown)} of {len(every)} comparisons; not shown in the others."
    others = [cohort.name for cohort in cohorts if cohort.name not in {of[0] for of in shown}]
    return f"Yes on {' and '.join(of[0] for of in shown)}; not shown on {' and '.join(others)}."


def should_i(cohorts: list[Cohort]) -> str:
    pair = CLICKED, NONE
    parts = " and ".join(found(cohort, *pair) for cohort in cohorts)
    return f"{brings(cohorts, [pair])} A click as a person gives it ({CLICKED}) brings, over no click ({NONE}), {parts}."


def on_whom(points: pd.DataFrame | None) -> str:
    """On which phantom cohorts of a map a centre click, shown to the network, gains least and most over no click."""
    if points is None:
        return "Cohorts that differ in one thing, such as fainter tumours, were not asked."
    rows = points[points["method"] == "cm1CNN"]
    ends = []
    for row in (rows.loc[rows["gain"].idxmax()], rows.loc[rows["gain"].idxmin()]):
        cohort = point_in_words(row["parameter"], row["value"], vars(AS_IT_IS))
        ends.append((cohort, f"{cohort} ({signed(row['gain'])}, {interval(row['gain_low'], row['gain_high'])})"))
    (most, first), (_, last) = ends
    return f"Most: {most}. Of {len(rows)} phantom cohorts, cm1CNN gains most over {NONE} in: {first}; and least in: {last}."


def in_which_way(cohorts: list[Cohort]) -> str:
    ways = {("rand1CNN", "CNNrand"): "a random click", ("cm1CNN", "CNNcm"): "a centre click"}
    parts = "; ".join(f"{click} {' and '.join(found(cohort, *pair) for cohort in cohorts)}" for pair, click in ways.items())
    text = "In place of choosing among the network's components, shown to it,"
    return f"{brings(cohorts, list(ways))} {text} a click brings: {parts}."


def where(cohorts: list[Cohort]) -> str:
    parts, best = [], []
    for cohort in cohorts:
        own = cohort.rows("cross", own=True)
        own = own[own["method"].isin(ONE_CLICK)].sort_values("median_dice", ascending=False)
        best.append(own["clicked"].iloc[0])
        rows = [
            f"{row.median_dice:.3f} ({row.ci_low:.3f} to {row.ci_high:.3f}) {place_of(row.clicked)}"
            for row in own.itertuples()
        ]
        parts.append(f"{', '.join(rows)}, on {cohort.name}")
    answer = "The cohorts differ."
    if len(set(best)) == 1:
        answer = "Aim at the tumour's centre." if best[0] == "center" else f"Best {place_of(best[0])}."
    return f"{answer} With a network trained for it, the median Dice of a click is {'; '.join(parts)}."


def how_precisely(cohorts: list[Cohort]) -> str:
    parts, least = [], {}
    for cohort in cohorts:
        farthest = cohort.tables["offsets"]["distance_mm"].max()
        radii = cohort.rows("safe_radius", method=CLICKED).set_index("size")["safe_radius_mm"]
        every, small = (f"{radii[size]:g} mm" + " or more" * bool(radii[size] >= farthest) for size in ("all", "small"))
        least = {size: min(radii[size], least.get(size, farthest)) for size in ("all", "small")}
        parts.append(f"{every} on {cohort.name} (small tumours: {small})")
    answer = f"Within {least['all']:g} mm of its place, in small tumours {least['small']:g} mm."
    return f"{answer} With {CLICKED} a click may lie off by {' and '.join(parts)} before the median Dice loses 0.05."


def as_trained(cohorts: list[Cohort]) -> str:
    ways = (("cm1CNN", "center", "suvmax"), ("cm1CNN", "center", "human"), (CLICKED, "human", "suvmax"))
    parts, bears = [], []
    for cohort in cohorts:
        median = cohort.tables["cross"].set_index(["method", "clicked"])["median_dice"]
        losses = [median[way, got] - median[way, own] for way, own, got in ways]
        hottest, person, other = map(signed, losses)
        bears.append(losses[2] > losses[0])
        parts.append(f"on {cohort.name} by {hottest} at the hottest pixel and {person} by a person ({other} in {CLICKED})")
    answer = f"One trained on a person's clicks bears others {'better' if all(bears) else 'not always better'}."
    return f"{answer} cm1CNN, trained on the centre and clicked elsewhere, changes its median {'; '.join(parts)}."


def beside(cohorts: list[Cohort]) -> str:
    parts, worse = [], []
    for cohort in cohorts:
        row = cohort.rows("misses", method=CLICKED, place="hot spot").iloc[0]
        ends = f"{row['ci_low']:.3f} to {row['ci_high']:.3f}, n = {row['n_slices']}"
        worse.append(row["median_dice"] < cohort.median(NONE))
        of_none = f"{NONE}: {cohort.median(NONE):.3f}"
        own = row["median_dice"] + row["loss"]
        parts.append(f"from {own:.3f} to {row['median_dice']:.3f} on {cohort.name} ({ends}; {of_none})")
    answer = "Then no click is better." if all(worse) else "Then no click is not always better."
    return f"{answer} A click on another hot spot than a tumour takes the median Dice of {CLICKED} {' and '.join(parts)}."


def how_often(cohorts: list[Cohort]) -> str:
    parts, below = {CLICKED: [], "CNNcm": []}, []
    for cohort in cohorts:
        for method, said in parts.items():
            row = cohort.rows("walk", method=method, level="patients").iloc[0]
            ends = interval(row["difference_ci_low"], row["difference_ci_high"])
            clicks = f"; {row['clicks_one_click']:.1f} in place of {row['clicks_every_slice']:.1f} clicks a patient"
            said.append(f"{signed(row['difference'])} on {cohort.name} ({ends}{clicks if method == CLICKED else ''})")
        below.append(cohort.rows("walk", method=CLICKED, level="patients").iloc[0]["difference_ci_high"] < 0)
    answer = "On every slice." if all(below) else "On every slice in some cohorts; in others one click a lesion is enough."
    clicked, kept = (" and ".join(said) for said in parts.values())
    text = "One click per lesion, carried on from slice to slice until nothing is found, runs past the tumour"
    changes = f"it changes the Dice of a patient in 3-D by {clicked}; of CNNcm, whose network sees no click, by {kept}"
    return f"{answer} {text}: {changes}."


def in_3d(cohort: Cohort, method: str) -> str:
    """The median over patients of the Dice in 3-D, its interval, and of HD95, the distance between surfaces."""
    rows = cohort.rows("measures", method=method, level="patient", statistic="median").set_index("measure")
    dice, low, high = rows.loc["dice", ["value", "ci_low", "ci_high"]]
    return f"{dice:.3f} ({low:.3f} to {high:.3f}; HD95 {rows.loc['hd95_mm', 'value']:.0f} mm)"


def against_threshold(cohorts: list[Cohort]) -> str:
    best = {cohort.name: max(CLASSICAL, key=cohort.median) for cohort in cohorts}
    answers = {brings([cohort], [(CLICKED, best[cohort.name])]) for cohort in cohorts}
    parts = [f"{found(cohort, CLICKED, best[cohort.name])} against {best[cohort.name]}" for cohort in cohorts]
    answer = answers.pop() if len(answers) == 1 else "In some cohorts."
    whole = [f"{in_3d(cohort, CLICKED)} against {in_3d(cohort, best[cohort.name])} on {cohort.name}" for cohort in cohorts]
    text = f"From the same click, {CLICKED} brings over the best method without training {' and '.join(parts)}"
    return f"{answer[:-1]} by slices. {text}. Of patients in 3-D the medians are {' and '.join(whole)}."


def all_repeated(cohorts: list[Cohort]) -> bool:
    """Whether the networks of each cohort were trained several times."""
    return all("repeats_pairs" in cohort.tables for cohort in cohorts)


def how_much_luck(cohorts: list[Cohort]) -> str:
    if not all_repeated(cohorts):
        return "Each network was trained once, so how much of this is luck was not asked."
    parts = []
    for cohort in cohorts:
        row = cohort.rows("repeats_pairs", method_a=CLICKED, method_b=NONE).iloc[0]
        ends = interval(row["lowest_difference"], row["highest_difference"])
        parts.append(f"{row['n_above']} of {row['n_runs']} trainings on {cohort.name} (by {ends})")
    return f"Trained anew from other initial weights, {CLICKED} has the higher median than {NONE} in {' and '.join(parts)}."


def claims_table(cohorts: list[Cohort]) -> list[str]:
    """Each of the paper's claims, and what became of it on each cohort, by patients."""
    rows = []
    for claim, section in cohorts[0].tables["claims"][["claim", "section"]].drop_duplicates().itertuples(index=False):
        rows.append((claim, section, *(standing(list(cohort.rows("claims", claim=claim)["verdict"])) for cohort in cohorts)))
    return markdown(["the paper's claim", "in the paper", *(cohort.name for cohort in cohorts)], rows)


def read(results: str) -> Cohort:
    folder = ROOT / results
    page = folder.name.removeprefix("results-")
    paths = {table: folder / f"tables/{table}.csv" for table in (*TABLES, *PERHAPS)}
    asked = {table: path for table, path in paths.items() if table in TABLES or path.exists()}
    return Cohort(NAMES[page], page, {table: pd.read_csv(path) for table, path in asked.items()})


def main(*results: str) -> None:
    cohorts = [read(folder) for folder in results]
    points = cohorts[0].tables.get("cohort_map")
    sentences = (
        ("Should I click?", should_i(cohorts), "medians"),
        ("On whom?", on_whom(points), "" if points is None else "cohort-map"),
        ("Should the network see it?", in_which_way(cohorts), "medians"),
        ("Where?", where(cohorts), "cross"),
        ("How precisely?", how_precisely(cohorts), "offsets"),
        ("With which network?", as_trained(cohorts), "cross"),
        ("And if I miss?", beside(cohorts), "misses"),
        ("How often?", how_often(cohorts), "walk"),
        ("Is it better than a threshold?", against_threshold(cohorts), "medians"),
        ("How much is luck?", how_much_luck(cohorts), "repeats" if all_repeated(cohorts) else ""),
    )
    # The code on which the numbers depend is that of the pages of results.
    of_pages = f"<!-- of {' '.join(f'results/{cohort.page}.md' for cohort in cohorts)} -->"
    sizes = " and ".join(cohort.size for cohort in cohorts)
    lines = [of_pages, f"Of {sizes}; 95 % intervals when patients are drawn.", ""]
    for number, (question, text, figure) in enumerate(sentences, 1):
        paths = {cohort.name: f"results/{cohort.page}/{figure}.png" for cohort in cohorts}
        links = [f"[{name}]({path})" for name, path in paths.items() if figure and (PAGE.parent / path).exists()]
        lines.append(f"{number}. **{question}** {text}" + (f" Figure: {', '.join(links)}." if links else ""))
    write_between(PAGE, "sentences", "\n".join(lines))
    write_between(PAGE, "claims", "\n".join([of_pages, *claims_table(cohorts)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
