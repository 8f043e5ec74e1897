# Methods of a finished study asked with clicks elsewhere; the questions are offsets, cross and misses.
# One job for all methods of a network, so that each slice is predicted once with the same clicks.
rule ask:
    input:
        folds=FOLDS_CSV,
        thresholds=f"{RESULTS}/thresholds/{{network}}.csv",
        models=models_asked,
        outputs=outputs_asked,
        clicks=lambda wildcards: made_for(kinds_asked(wildcards)),
    output:
        f"{RESULTS}/{{question}}/{{network}}.csv",
    log:
        f"{LOGS}/ask/{{question}}/{{network}}.log",
    benchmark:
        f"{LOGS}/ask/{{question}}/{{network}}.tsv"
    wildcard_constraints:
        question=one_of(QUESTIONS),
    conda:
        "../../envs/network.yaml"
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
        "../scripts/ask.py"


# The same of a classical method.
rule ask_classical:
    input:
        folds=FOLDS_CSV,
        clicks=lambda wildcards: made_for(kinds_asked_of_classical(wildcards)),
    output:
        f"{RESULTS}/{{question}}/classical/{{method}}.csv",
    log:
        f"{LOGS}/ask_classical/{{question}}/{{method}}.log",
    benchmark:
        f"{LOGS}/ask_classical/{{question}}/{{method}}.tsv"
    wildcard_constraints:
        question=one_of(QUESTIONS),
        method=one_of(CLASSICAL),
    conda:
        "../../envs/light.yaml"
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
        "../scripts/ask_classical.py"
