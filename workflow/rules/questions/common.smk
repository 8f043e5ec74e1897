# What the questions beyond the paper share: which methods they are asked of, and with which clicks.
CLICKED = [
    method
    for method in METHODS
    if method in CLASSICAL or "keep" in config["methods"][method] or network_clicks(method) != "none"
]
# What a phantom was drawn by, for the places of its organs
DRAWN = {key: config["cohort"]["phantom"][key] for key in ("matrix", "slices")} if PHANTOM else None
QUESTIONS = {
    "offsets": config["offsets"],
    "cross": {"kinds": cross_kinds(config)},
    "misses": {"seed": config["seed"], "phantom": DRAWN},
}
# Where readers clicked each slice, what their clicks are worth is asked beside these.
BESIDE_READERS = ["random", "center", "human"]
BY_SLICE = bool(READERS) and config["reader_study"]["clicks"] == "slice"
if BY_SLICE:
    QUESTIONS["readers"] = {"kinds": [*BESIDE_READERS, *KINDS_OF_READERS]}

WALKED = [method for method in CLICKED if method not in CLASSICAL]
# A question that cannot be asked is refused here, not by a job after hours; of its targets Snakemake speaks only later.
for question, asked, needed in (
    ("offsets", CLICKED, "a click that could be moved"),
    ("cross", CLICKED, "a click that could be of another kind"),
    ("misses", CLICKED, "a click that could miss"),
    ("walk", WALKED, "a network and a click from which it could walk (classical methods do not walk)"),
    ("beyond", WALKED, "a network and a click (classical methods do not walk)"),
):
    if question in sys.argv and not asked:
        cannot_start("This study", f"{question}: no method of this study has {needed}; add one to methods, such as cm1CNN")


def kinds_of_methods(methods):
    """For each method the kind of click that its network sees and that which chooses components, none where it uses none;
    classical, and the kind that it grows from, of a method without a network."""

    def kinds(method):
        row = config["methods"][method]
        return ["classical", row["clicks"]] if method in CLASSICAL else [network_clicks(method), row.get("keep", "none")]

    return {method: kinds(method) for method in methods}


def moved_kind(method):
    """The kind of click whose place is that of a method: its network's, or the one that chooses components."""
    network, keep = kinds_of_methods([method])[method]
    return keep if network in ("none", "classical") else network


def methods_asked(wildcards):
    """Those methods of a job's network that use clicks, or the job's classical method."""
    if "method" in wildcards.keys():
        return [wildcards.method]
    return [method for method in CLICKED if network_of(method) == wildcards.network]


def kinds_asked(wildcards):
    """The kinds of click that a job needs."""
    used = [kind for kinds in kinds_of_methods(methods_asked(wildcards)).values() for kind in kinds]
    asked = QUESTIONS[wildcards.question].get("kinds", [])
    return [kind for kind in dict.fromkeys([*asked, *used]) if kind not in ("none", "classical")]


def answers_of(question, method):
    """Where the answers of a method that uses clicks are: with those of its network, or by themselves if it is classical."""
    return f"<results>/{question}/{f'classical/{method}' if method in CLASSICAL else network_of(method)}.csv"


def answers(question):
    """The answers of all methods that use clicks, each file once."""
    return list(dict.fromkeys(answers_of(question, method) for method in CLICKED))


def sees_clicks(wildcards):
    return settings_of_network(wildcards.network)["clicks"] != "none"


def walk_clicks(wildcards):
    """What starts a method's walks: clicks of the kind that its network sees, or else of the kind that keeps components."""
    kinds = [network_clicks(wildcards.method), kept_clicks(wildcards.method)]
    return f"<results>/clicks/{next(kind for kind in kinds if kind != 'none')}.csv"
