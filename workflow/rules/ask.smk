# Methods of a finished study asked with clicks elsewhere; the questions are offsets, cross and misses.
CLICKED = [method for method in METHODS if "keep" in config["methods"][method] or network_clicks(method) != "none"]
# What a phantom was drawn by, for the places of its organs
DRAWN = {key: config["cohort"]["phantom"][key] for key in ("matrix", "slices")} if PHANTOM else None
QUESTIONS = {
    "offsets": config["offsets"]["distances_mm"],
    "cross": cross_kinds(config),
    "misses": {"seed": config["seed"], "phantom": DRAWN},
}


def kinds_of_methods(methods):
    """For each method the kind of click that its network sees and that which chooses components, none where it uses none."""
    return {method: [network_clicks(method), config["methods"][method].get("keep", "none")] for method in methods}


def moved_kind(method):
    """The kind of click whose place is that of a method: its network's, or the one that chooses components."""
    network, keep = kinds_of_methods([method])[method]
    return keep if network == "none" else network


def clicked_methods_of(network):
    return [method for method in CLICKED if network_of(method) == network]


def kinds_asked(wildcards):
    """The kinds of click that a question needs to be asked of a network's methods."""
    used = [kind for kinds in kinds_of_methods(clicked_methods_of(wildcards.network)).values() for kind in kinds]
    asked = QUESTIONS["cross"] if wildcards.question == "cross" else []
    return [kind for kind in dict.fromkeys([*asked, *used]) if kind != "none"]


def answers(question):
    """The answers of all networks with methods that use clicks."""
    networks = [network for network in NETWORKS if clicked_methods_of(network)]
    return expand(f"{RESULTS}/{question}/{{network}}.csv", network=networks)


def models_asked(wildcards):
    seen = config["networks"][wildcards.network]["clicks"] != "none"
    return expand(f"{RESULTS}/models/{wildcards.network}/fold-{{fold}}.onnx", fold=FOLDS) if seen else []


def outputs_asked(wildcards):
    """What a network without clicks predicted need not be predicted again."""
    seen = config["networks"][wildcards.network]["clicks"] != "none"
    return [] if seen else expand(f"{RESULTS}/predictions/{wildcards.network}/fold-{{fold}}/test.npy", fold=FOLDS)


# One job for all methods of a network, so that each slice is predicted once with the same clicks.
rule ask:
    input:
        folds=f"{RESULTS}/folds.csv",
        thresholds=f"{RESULTS}/thresholds/{{network}}.csv",
        models=models_asked,
        outputs=outputs_asked,
        slices=of_all_patients("slices.npy"),
        masks=of_all_patients("masks.npy"),
        tables=of_all_patients("slices.csv"),
        grids=of_all_patients("grid.json"),
        clicks=lambda wildcards: [path for kind in kinds_asked(wildcards) for path in clicks_of_all_patients(kind)],
    output:
        f"{RESULTS}/{{question}}/{{network}}.csv",
    log:
        f"{LOGS}/ask/{{question}}/{{network}}.log",
    benchmark:
        f"{LOGS}/ask/{{question}}/{{network}}.tsv"
    wildcard_constraints:
        question="|".join(QUESTIONS),
    conda:
        "../../envs/network.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        patients=PATIENTS,
        folds=FOLDS,
        what=lambda wildcards: QUESTIONS[wildcards.question],
        kinds=kinds_asked,
        methods=lambda wildcards: {m: config["methods"][m] for m in clicked_methods_of(wildcards.network)},
        network_clicks=lambda wildcards: config["networks"][wildcards.network]["clicks"],
        encoding=lambda wildcards: encoding_of(config["networks"][wildcards.network]),
        connectivity=config["clicks"]["connectivity"],
        both_empty=config["scores"]["both_empty"],
        code=script_digest("ask"),
    script:
        "../scripts/ask.py"
