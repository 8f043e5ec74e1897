"""What a click is worth, in six sentences made from the tables of a study and of the questions asked of it."""

from collections.abc import Collection, Mapping
from html import escape

import pandas as pd

from oneclick.clicks.kinds import KINDS, place_of
from oneclick.common.files import write_text
from oneclick.common.tables import write_table
from oneclick.evaluation.claims import LEVEL
from oneclick.report import page
from oneclick.report.marks import Notices
from oneclick.report.words import point_in_words, radius_in_words


def _dice(median: float, low: float, high: float) -> str:
    return f"{median:.3f} (95 % interval {low:.3f} to {high:.3f})"


def _several(names: list[str]) -> str:
    """Names as a person lists them: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _pair(pairs: pd.DataFrame, a: str, b: str) -> tuple[float, float, float, float]:
    """Median difference a minus b, its 95 % interval, and the p-value by patients with Holm's correction, from the table of
    :func:`by_patient.pair_table` whichever of the two comes first there."""
    for one, other, sign in ((a, b, 1), (b, a, -1)):
        row = pairs[(pairs["method_a"] == one) & (pairs["method_b"] == other)]
        if len(row):
            row = row.iloc[0]
            low, high = sorted((sign * row["ci_low"], sign * row["ci_high"]))
            # + 0.0, for nobody writes -0.000
            return sign * row["median_difference"] + 0.0, low + 0.0, high + 0.0, row["clustered_p_holm"]
    raise KeyError(f"no pair of {a} and {b}")


def _highest(methods: pd.DataFrame, among: Collection[str]) -> pd.Series | None:
    """The row of the method with the highest median Dice of those ``among``, the first of equals."""
    rows = methods[methods["method"].isin(among)]
    return rows.loc[rows["median_dice"].idxmax()] if len(rows) else None


def which_method(
    methods: pd.DataFrame, pairs: pd.DataFrame, margins: pd.DataFrame | None, oracles: Collection[str], usual: Mapping
) -> str:
    """The best method, the best that needs no mask, and, from a map of cohorts (``margins``), when which use wins."""
    best = _highest(methods, set(methods["method"]))
    text = f"{best['method']} has the highest median Dice, {_dice(best['median_dice'], best['ci_low'], best['ci_high'])}"
    second = _highest(methods, set(methods["method"]) - {best["method"]})
    if second is not None:
        p = _pair(pairs, best["method"], second["method"])[3]
        text += f", {second['method']} the next, {second['median_dice']:.3f} ({_p(p)} by patients, with Holm)"
    real = _highest(methods, set(methods["method"]) - set(oracles))
    if best["method"] in oracles and real is not None:
        text += (
            f"; {best['method']} needs the physician's mask to place its click, and of the methods that do not, "
            f"{real['method']} has {_dice(real['median_dice'], real['ci_low'], real['ci_high'])}"
        )
    if margins is None or not len(margins):
        return f"{text}."
    rows = margins[margins["click"] == ("random" if "random" in set(margins["click"]) else margins["click"].iloc[0])]
    parts = []
    for kind, words in (
        ("network", "better in the network"),
        ("keep", "better used to keep components"),
        ("alike", "alike both ways"),
        ("open", "left open"),
    ):
        names = [point_in_words(row.parameter, row.value, usual) for row in rows[rows["verdict"] == kind].itertuples()]
        if names:
            parts.append(f"{words} in {len(names)} ({_several(names)})")
    click = place_of(rows["click"].iloc[0])
    return f"{text}; over {len(rows)} phantom cohorts, a click {click} was {'; '.join(parts)}."


def where_to_click(cross: pd.DataFrame) -> str:
    """Of the networks clicked as they were trained, the kind of click with the highest median Dice that needs no mask, the
    best that does, and what changes where a network trained at the centre is clicked by a person."""
    own = cross[cross["own"] & ~cross["network_clicks"].isin(["none", "classical"])]
    real = own[~own["clicked"].isin(KINDS)]
    if not len(real):
        return "No network of this study was trained with a click that needs no mask."
    best = real.loc[real["median_dice"].idxmax()]
    text = (
        f"Of the clicks that need no mask, the best is {place_of(best['clicked'])}: {best['method']} has "
        f"{_dice(best['median_dice'], best['ci_low'], best['ci_high'])}"
    )
    oracle = own[own["clicked"].isin(KINDS)]
    if len(oracle):
        top = oracle.loc[oracle["median_dice"].idxmax()]
        text += f", against {top['median_dice']:.3f} of {top['method']}, clicked {place_of(top['clicked'])}"
        others = cross[(cross["method"] == top["method"]) & ~cross["clicked"].isin(KINDS)]
        if len(others):
            gained = {row.clicked: row.median_dice - top["median_dice"] for row in others.itertuples()}
            changes = [f"{gained[kind] + 0.0:+.3f} {place_of(kind)}" for kind in gained]  # + 0.0, for nobody writes -0.000
            text += f"; the median of {top['method']} clicked otherwise differs by {_several(changes)}"
    return f"{text}."


def how_far_off(radii: pd.DataFrame, methods: Collection[str], farthest_mm: float) -> str:
    """The safe radius of each of the ``methods``, for all tumours and for the small ones; ``farthest_mm``: as far as clicks
    were moved."""
    parts = []
    for method in methods:
        of_method = radii[radii["method"] == method].set_index("size")
        if len(of_method):
            found = {size: radius_in_words(mm, farthest_mm) for size, mm in of_method["safe_radius_mm"].items()}
            small = f" (small tumours: {found['small']})" if "small" in found else ""
            parts.append(f"{found['all']} with {method}{small}")
    if not parts:
        return "No click was moved."
    return f"A click may lie off by {_several(parts)} before the median Dice loses 0.05."


def against_a_threshold(
    methods: pd.DataFrame, pairs: pd.DataFrame, classical: Collection[str], oracles: Collection[str]
) -> str:
    """The best method without training beside the best network, and beside the best that needs no mask."""
    best = _highest(methods, classical)
    if best is None:
        return "No method without training was compared."
    networks = [method for method in methods["method"] if method not in classical]
    found = []
    for among, words in ((networks, "best network"), ([m for m in networks if m not in oracles], "best that needs no mask")):
        network = _highest(methods, among)
        if network is None or any(network["method"] in text for text in found):
            continue
        difference, low, high, p = _pair(pairs, network["method"], best["method"])
        verb = "is not shown to differ from" if p >= LEVEL else ("beats" if difference > 0 else "is beaten by")
        found.append(
            f"{network['method']} ({words}, {network['median_dice']:.3f}) {verb} it: median difference {difference:+.3f} "
            f"({low:+.3f} to {high:+.3f}), {_p(p)}"
        )
    return f"Without any training, {best['method']} has a median Dice of {best['median_dice']:.3f}; {'; '.join(found)}."


def how_many_clicks(walk: pd.DataFrame) -> str:
    """One click per lesion against a click on every slice, of the method that loses least, and of the one that is best with
    a click on every slice."""
    patients = walk[walk["level"] == "patients"].set_index("method")
    best, steady = patients["dice_every_slice"].idxmax(), patients["dice_one_click"].idxmax()
    parts = []
    for method in dict.fromkeys((best, steady)):
        row = patients.loc[method]
        every, one = (f"{row[f'dice_{way}']:.3f} with {row[f'clicks_{way}']:.1f}" for way in ("every_slice", "one_click"))
        interval = f"{row['difference_ci_low']:+.3f} to {row['difference_ci_high']:+.3f}"
        parts.append(
            f"{method} has a Dice of patients in 3-D of {every} clicks a patient, one on every slice, and {one}, one per "
            f"lesion (median difference {row['difference']:+.3f}, {interval})"
        )
    return f"{'; '.join(parts)}."


def _stand(n: int) -> str:
    return "stands" if n == 1 else "stand"


def which_claims(claims: pd.DataFrame) -> str:
    """How many of the paper's comparisons stand by patients, and which of its claims stand in all of their pairs."""
    held = claims["verdict"].isin(["stands", "not contradicted"])
    whole = [claim for claim, verdicts in held.groupby(claims["claim"], sort=False) if verdicts.all()]
    turned = claims[claims["verdict"].isin(["reversed", "contradicted"])]
    text = f"Of the paper's {claims['claim'].nunique()} claims, {len(whole)} {_stand(len(whole))} in all pairs"
    text += f" ({'; '.join(whole)})" if whole else ""
    n_held = int(held.sum())
    text += f", and {n_held} of {len(claims)} pairs {_stand(n_held)} by patients with Holm's correction"
    if len(turned):
        text += (
            f"; the opposite was found for {_several([f'{row.method_a} and {row.method_b}' for row in turned.itertuples()])}"
        )
    return f"{text}."


QUESTIONS = (
    "Which method, and when?",
    "Where to click?",
    "How far off is safe?",
    "Does it beat a threshold?",
    "How many clicks?",
    "Which of the paper's claims stand?",
)


def write_conclusions(
    tables: Mapping[str, str], classical: Collection[str], usual: Mapping, notices: Notices, csv: str, html: str
) -> None:
    """Write the six sentences as a table (question, answer) and as a page.

    ``tables``: paths of the CSV files methods, pairs, claims, cross, radii, offsets, walk, and, if there is a map, margins,
    for which ``usual`` has the phantom's own traits. ``classical`` are names of methods.
    """
    read, oracles = {name: pd.read_csv(path) for name, path in tables.items() if path}, notices.oracles
    methods, pairs = read["methods"], read["pairs"]
    clicked = [name for name in methods["method"] if name in set(read["radii"]["method"])]
    ranked = methods.set_index("method")["median_dice"].loc[clicked].sort_values(ascending=False, kind="stable")
    networks = [method for method in ranked.index if method not in classical]
    sorts = (ranked.index, networks, [method for method in networks if method not in oracles])
    chosen = [next(iter(names), None) for names in sorts]  # the best of all, of networks, of networks without the mask
    answers = (
        which_method(methods, pairs, read.get("margins"), oracles, usual),
        where_to_click(read["cross"]),
        how_far_off(read["radii"], list(dict.fromkeys(filter(None, chosen))), read["offsets"]["distance_mm"].max()),
        against_a_threshold(methods, pairs, classical, oracles),
        how_many_clicks(read["walk"]),
        which_claims(read["claims"]),
    )
    write_table(pd.DataFrame({"question": QUESTIONS, "answer": answers}), csv)
    items = [f"<li><b>{escape(question)}</b> {escape(text)}</li>" for question, text in zip(QUESTIONS, answers, strict=True)]
    body = ["<ol>", *items, "</ol>"]
    write_text(html, page.page("What a click is worth", body, phantom=notices.phantom))
