# What the questions of a finished study with clicks elsewhere share: offsets, cross and misses.
CLICKED = [
    method
    for method in METHODS
    if method in CLASSICAL or "keep" in config["methods"][method] or network_clicks(method) != "none"
]
# What a phantom was drawn by, for the places of its organs
DRAWN = {key: config["cohort"]["phantom"][key] for key in ("matrix", "slices")} if PHANTOM else None
QUESTIONS = {
    "offsets": config["offsets"]["distances_mm"],
    "cross": cross_kinds(config),
    "misses": {"seed": config["seed"], "phantom": DRAWN},
}


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


def clicked_methods_of(network):
    return [method for method in CLICKED if network_of(method) == network]


def kinds_asked_with(question, methods):
    """The kinds of click that a question needs to be asked of methods."""
    used = [kind for kinds in kinds_of_methods(methods).values() for kind in kinds]
    asked = QUESTIONS["cross"] if question == "cross" else []
    return [kind for kind in dict.fromkeys([*asked, *used]) if kind not in ("none", "classical")]


def kinds_asked(wildcards):
    return kinds_asked_with(wildcards.question, clicked_methods_of(wildcards.network))


def kinds_asked_of_classical(wildcards):
    return kinds_asked_with(wildcards.question, [wildcards.method])


def made_for(kinds):
    """What stands as input for the clicks of several kinds."""
    return [path for kind in dict.fromkeys(kinds) for path in made(clicks(kind))]


def answers_of(question, method):
    """Where the answers of a method that uses clicks are: with those of its network, or by themselves if it is classical."""
    return f"<results>/{question}/{f'classical/{method}' if method in CLASSICAL else network_of(method)}.csv"


def answers(question):
    """The answers of all methods that use clicks, each file once."""
    return list(dict.fromkeys(answers_of(question, method) for method in CLICKED))


def models_asked(wildcards):
    seen = config["networks"][wildcards.network]["clicks"] != "none"
    return expand(f"<results>/models/{wildcards.network}/fold-{{fold}}.onnx", fold=FOLDS) if seen else []


def outputs_asked(wildcards):
    """What a network without clicks predicted need not be predicted again."""
    seen = config["networks"][wildcards.network]["clicks"] != "none"
    return [] if seen else expand(f"<results>/predictions/{wildcards.network}/fold-{{fold}}/test.npy", fold=FOLDS)


# Methods of a finished study asked with clicks elsewhere; the questions are offsets, cross and misses.
# One job for all methods of a network, so that each slice is predicted once with the same clicks.
rule ask:
    input:
        folds=FOLDS_CSV,
        thresholds="<results>/thresholds/{network}.csv",
        models=models_asked,
        outputs=outputs_asked,
        clicks=lambda wildcards: made_for(kinds_asked(wildcards)),
    output:
        "<results>/{question}/{network}.csv",
    log:
        "<logs>/ask/{question}/{network}.log",
    benchmark:
        "<logs>/ask/{question}/{network}.tsv"
    wildcard_constraints:
        question=one_of(QUESTIONS),
    conda:
        "../../../envs/network.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(300, 1, of_all_patients("slices.npy", "masks.npy")),
        runtime=minutes(60, 0.5, of_all_patients("slices.npy", "masks.npy")),
    params:
        patients=per_patient(PATIENTS),
        slices=of_each("slices.npy"),
        masks=of_each("masks.npy"),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        folds=FOLDS,
        what=lambda wildcards: QUESTIONS[wildcards.question],
        clicks=lambda wildcards: {kind: clicks(kind) for kind in kinds_asked(wildcards)},
        methods=lambda wildcards: {m: config["methods"][m] for m in clicked_methods_of(wildcards.network)},
        network_clicks=lambda wildcards: config["networks"][wildcards.network]["clicks"],
        encoding=lambda wildcards: encoding_of(config["networks"][wildcards.network]),
        connectivity=config["clicks"]["connectivity"],
        both_empty=config["scores"]["both_empty"],
        code=script_digest("ask"),
    script:
        "../../scripts/ask.py"


# The same of a classical method.
rule ask_classical:
    input:
        folds=FOLDS_CSV,
        clicks=lambda wildcards: made_for(kinds_asked_of_classical(wildcards)),
    output:
        "<results>/{question}/classical/{method}.csv",
    log:
        "<logs>/ask_classical/{question}/{method}.log",
    benchmark:
        "<logs>/ask_classical/{question}/{method}.tsv"
    wildcard_constraints:
        question=one_of(QUESTIONS),
        method=one_of(CLASSICAL),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200, 1, of_all_patients("slices.npy", "masks.npy")),
        runtime=minutes(60, 0.5, of_all_patients("slices.npy", "masks.npy")),
    params:
        patients=per_patient(PATIENTS),
        slices=of_each("slices.npy"),
        masks=of_each("masks.npy"),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        what=lambda wildcards: QUESTIONS[wildcards.question],
        clicks=lambda wildcards: {kind: clicks(kind) for kind in kinds_asked_of_classical(wildcards)},
        method=lambda wildcards: config["methods"][wildcards.method],
        connectivity=config["clicks"]["connectivity"],
        both_empty=config["scores"]["both_empty"],
        code=script_digest("ask_classical"),
    script:
        "../../scripts/ask_classical.py"
