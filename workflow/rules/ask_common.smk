# What the questions of a finished study with clicks elsewhere share: offsets, cross and misses.
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
