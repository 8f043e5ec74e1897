# How far off a click may be: snakemake offsets. Finished networks on moved clicks; no part of a study without being asked for.
CLICKED = [
    method
    for method in METHODS
    if method in CLASSICAL or "keep" in config["methods"][method] or network_clicks(method) != "none"
]


rule offsets:
    input:
        f"{RESULTS}/tables/offsets.html",


rule move_clicks:
    input:
        folds=f"{RESULTS}/folds.csv",
        thresholds=lambda wildcards: f"{RESULTS}/thresholds/{network_of(wildcards.method)}.csv",
        models=lambda wildcards: expand(f"{RESULTS}/models/{network_of(wildcards.method)}/fold-{{fold}}.onnx", fold=FOLDS),
        slices=of_all_patients("slices.npy"),
        masks=of_all_patients("masks.npy"),
        tables=of_all_patients("slices.csv"),
        grids=of_all_patients("grid.json"),
        network_clicks=lambda wildcards: clicks_of_all_patients(network_clicks(wildcards.method)),
        kept_clicks=clicks_of_method,
    output:
        f"{RESULTS}/offsets/{{method}}.csv",
    log:
        f"{LOGS}/move_clicks/{{method}}.log",
    benchmark:
        f"{LOGS}/move_clicks/{{method}}.tsv"
    wildcard_constraints:
        method=one_of([method for method in CLICKED if method not in CLASSICAL]),
    conda:
        "../../envs/network.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        patients=PATIENTS,
        folds=FOLDS,
        method=lambda wildcards: config["methods"][wildcards.method],
        encoding=lambda wildcards: encoding_of(config["networks"][network_of(wildcards.method)]),
        connectivity=config["clicks"]["connectivity"],
        both_empty=config["scores"]["both_empty"],
        distances_mm=config["offsets"]["distances_mm"],
        code=script_digest("move_clicks"),
    script:
        "../scripts/move_clicks.py"


rule offset_tables:
    input:
        expand(f"{RESULTS}/offsets/{{method}}.csv", method=CLICKED),
    output:
        curves=f"{RESULTS}/tables/offsets.csv",
        radii=f"{RESULTS}/tables/safe_radius.csv",
        page=report(
            f"{RESULTS}/tables/offsets.html",
            caption="../report/offsets.rst",
            category="Beyond the paper",
            labels={"table": "How far off a click may be"},
        ),
        png=report(
            f"{RESULTS}/figures/offsets.png",
            caption="../report/offsets.rst",
            category="Beyond the paper",
            labels={"figure": "How far off a click may be"},
        ),
        svg=f"{RESULTS}/figures/offsets.svg",
    log:
        f"{LOGS}/offset_tables/offset_tables.log",
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("offset_tables"),
    script:
        "../scripts/offset_tables.py"
