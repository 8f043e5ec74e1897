"""Write what a click is worth, in ten sentences, into docs/what-is-a-click-worth.md:
python tools/click_worth.py results-beyond results-sts

The folders are the finished studies of phantoms (studies/beyond.yaml, with its map of cohorts) and of sarcomas
(studies/sts.yaml), or one of them, with all questions asked. Words follow from numbers: a difference is not shown
where p, by patients and with Holm's correction over all pairs of methods, is 0.05 or more.
"""

import sys

import pandas as pd
from click_worth_tables import (
    ONE_CLICK,
    ROOT,
    Cohort,
    best_of,
    brings,
    found,
    in_3d,
    interval,
    medians_of,
    read,
    short_place,
    signed,
)

sys.path.append(str(ROOT / "benchmarks"))

from bench import write_between
from finished import markdown

from oneclick.evaluation.claims import standing
from oneclick.phantom.tumours import AS_IT_IS
from oneclick.questions.offsets.safe_radius import LOSS
from oneclick.report.words import point_in_words

PAGE = ROOT / "docs/what-is-a-click-worth.md"
CLASSICAL = ("grow41", "grow50", "adaptive", "shed", "walker")
# The network without a click, and that with a click as a person gives it, which needs no mask
NONE, CLICKED = "CNNonly", "hum1CNN"


def should_i(cohorts: list[Cohort]) -> str:
    pair = CLICKED, NONE
    parts = " and ".join(found(cohort, *pair) for cohort in cohorts)
    missed = []
    for cohort in cohorts:
        shares = ((cohort.rows("scores", method=method)["dice"] == 0).mean() for method in (NONE, CLICKED))
        missed.append(f"from {' to '.join(f'{share:.1%}' for share in shares)} on {cohort.name}")
    whole = [f"{in_3d(cohort, CLICKED)} against {in_3d(cohort, NONE)} on {cohort.name}" for cohort in cohorts]
    return (
        f"{brings(cohorts, [pair])} A click as a person gives it ({CLICKED}) brings, over no click ({NONE}), {parts}. "
        f"The share of slices on which the tumour is missed altogether goes {' and '.join(missed)}. "
        f"Per patient, in 3-D, the median Dice is {' and '.join(whole)}."
    )


def on_whom(points: pd.DataFrame | None) -> str:
    """On which phantom cohorts of a map a centre click, shown to the network, gains least and most over no click."""
    if points is None:
        return "Cohorts that differ in one thing, such as fainter tumours, were not asked."
    rows = points[points["method"] == "cm1CNN"].sort_values("gain").to_dict("records")

    def said(row: dict) -> str:
        gain = f"{signed(row['gain'])}, {interval(row['gain_low'], row['gain_high'])}"
        return f"{point_in_words(row['parameter'], row['value'], vars(AS_IT_IS))} ({gain})"

    # The trait of readers is one of masks, not of patients.
    patients, masks = ([row for row in rows if (row["parameter"] == "reader") == of] for of in (False, True))
    most = point_in_words(patients[-1]["parameter"], patients[-1]["value"], vars(AS_IT_IS))
    text = f"On those with {most}. Of {len(patients)} phantom cohorts the centre click (cm1CNN) gains most over {NONE} in: "
    text += f"{said(patients[-1])}; and least in: {said(patients[0])}."
    return " ".join([text, *(f"And with {said(row)}." for row in masks)])


def in_which_way(cohorts: list[Cohort]) -> str:
    ways = {("rand1CNN", "CNNrand"): "a random click", ("cm1CNN", "CNNcm"): "a centre click"}
    parts = "; ".join(f"{click} {' and '.join(found(cohort, *pair) for cohort in cohorts)}" for pair, click in ways.items())
    text = "To show the click to the network, over using it afterwards to choose among its components, brings"
    return f"{brings(cohorts, list(ways))} {text}: {parts}."


def where(cohorts: list[Cohort]) -> str:
    best = best_of(cohorts, "clicked", method=CLICKED)
    highest = "The cohorts differ" if len(best) > 1 else f"Highest {short_place(best.pop())}"
    random = brings(cohorts, [("cm1CNN", "rand1CNN")])
    answer = f"{highest}. Is the centre shown to be better than a random pixel? {random}"
    parts = "; ".join(
        f"{medians_of(cohort.rows('cross', method=CLICKED), 'clicked')}, on {cohort.name}" for cohort in cohorts
    )
    trained = " and ".join(found(cohort, "cm1CNN", "rand1CNN") for cohort in cohorts)
    text = f"One and the same network ({CLICKED}) has a median Dice of {parts}. "
    text += f"Trained and clicked at the centre (cm1CNN), over at a random pixel (rand1CNN), it gains {trained}."
    return f"{answer} {text}"


def how_precisely(cohorts: list[Cohort]) -> str:
    parts, farthest = [], []
    for cohort in cohorts:
        rows = cohort.rows("offsets", method=CLICKED).set_index("distance_mm")["median_dice"]
        tried = rows.index.max()
        better = rows.index[(rows >= cohort.median(NONE)).cummin()].max()
        farthest.append(better)
        radii = cohort.rows("safe_radius", method=CLICKED).set_index("size")["safe_radius_mm"]
        every, small = ("not at all" if radii[size] >= tried else f"beyond {radii[size]:g} mm" for size in ("all", "small"))
        loses = f"it loses more than {LOSS:g} {every}, in the smallest third of tumours {small}"
        parts.append(f"{better:g} mm on {cohort.name} ({loses}; {tried:g} mm were tried)")
    text = f"Moved by so much from where a person clicks, {CLICKED} has no lower median than {NONE} has without a click"
    return f"Within {min(farthest):g} mm. {text}: {' and '.join(parts)}."


def which_network(cohorts: list[Cohort]) -> str:
    best = best_of(cohorts, "method", clicked="human")
    answer = "One trained on a person's clicks." if best == {CLICKED} else "The cohorts differ."
    rows = {cohort.name: cohort.rows("cross", clicked="human") for cohort in cohorts}
    parts = (f"{medians_of(found[found['method'].isin(ONE_CLICK)], 'method')}, on {name}" for name, found in rows.items())
    return f"{answer} Clicked by a person, the median Dice is {'; '.join(parts)}."


def beside(cohorts: list[Cohort]) -> str:
    parts, worse = [], []
    for cohort in cohorts:
        row = cohort.rows("misses", method=CLICKED, place="hot spot").iloc[0]
        ends = f"{row['ci_low']:.3f} to {row['ci_high']:.3f}, n = {row['n_slices']}"
        worse.append(row["ci_high"] < cohort.median(NONE))
        of_none = f"{NONE}: {cohort.median(NONE):.3f}"
        own = row["median_dice"] + row["loss"]
        parts.append(f"from {own:.3f} to {row['median_dice']:.3f} on {cohort.name} ({ends}; {of_none})")
    shown, others = ([c.name for c, is_worse in zip(cohorts, worse, strict=True) if is_worse == of] for of in (True, False))
    answer = f"Then not clicking is better on {' and '.join(shown)}" if shown else "That is not shown to be worse"
    answer += f"; not shown on {' and '.join(others)}." if shown and others else "."
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
    answer = (
        "On every slice, and not once per lesion."
        if all(below)
        else "On every slice in some cohorts; in others once per lesion is not shown to be worse."
    )
    clicked, kept = (" and ".join(said) for said in parts.values())
    text = "One click per lesion, carried on from slice to slice until nothing is found, runs past the tumour"
    text += f": it changes the Dice of a patient in 3-D by {clicked}"
    return f"{answer} {text}. Where the click only picks parts of {NONE}'s mask (CNNcm), by {kept}."


def against_threshold(cohorts: list[Cohort]) -> str:
    best = {cohort.name: max(CLASSICAL, key=cohort.median) for cohort in cohorts}
    answers = {brings([cohort], [(CLICKED, best[cohort.name])]) for cohort in cohorts}
    parts = [f"{found(cohort, CLICKED, best[cohort.name])} against {best[cohort.name]}" for cohort in cohorts]
    answer = answers.pop() if len(answers) == 1 else "In some cohorts."
    whole = [f"{in_3d(cohort, CLICKED)} against {in_3d(cohort, best[cohort.name])} on {cohort.name}" for cohort in cohorts]
    text = f"From the same click, {CLICKED} brings over the best method without training {' and '.join(parts)}. "
    text += f"Per patient, in 3-D, the median Dice is {' and '.join(whole)}."
    return f"{answer[:-1]} slice by slice; in 3-D it was not tested. {text}"


def all_repeated(cohorts: list[Cohort]) -> bool:
    """Whether the networks of each cohort were trained several times."""
    return all("repeats_pairs" in cohort.tables for cohort in cohorts)


def how_much_luck(cohorts: list[Cohort]) -> str:
    if not all_repeated(cohorts):
        return "Each network was trained once, so what another training would give was not asked."
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


def main(*results: str) -> None:
    cohorts = [read(folder) for folder in results]
    points = cohorts[0].tables.get("cohort_map")
    sentences = (
        ("Should I click?", should_i(cohorts), "medians"),
        ("On whom?", on_whom(points), "" if points is None else "cohort-map"),
        ("Should the network see it?", in_which_way(cohorts), "medians"),
        ("Where?", where(cohorts), "cross"),
        ("How precisely?", how_precisely(cohorts), "offsets"),
        ("With which network?", which_network(cohorts), "cross"),
        ("And if I miss?", beside(cohorts), "misses"),
        ("How often?", how_often(cohorts), "walk"),
        ("Is it better than a threshold?", against_threshold(cohorts), "medians"),
        ("And another training?", how_much_luck(cohorts), "repeats" if all_repeated(cohorts) else ""),
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
