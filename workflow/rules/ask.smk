# Methods of a finished study asked with clicks elsewhere; the questions are offsets, cross and misses.
# One job for all methods of a network, so that each slice is predicted once with the same clicks.
rule ask:
    input:
        folds=FOLDS_CSV,
        thresholds=f"{RESULTS}/thresholds/{{network}}.csv",
        models=models_asked,
        outputs=outputs_asked,
        slices=of_all_patients("slices.npy"),
        masks=of_all_patients("masks.npy"),
        tables=of_all_patients("slices.csv"),
        grids=of_all_patients("grid.json"),
        clicks=lambda wildcards: clicks_asked(kinds_asked(wildcards)),
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
        mem_mb=memory(300, 1),
        runtime=minutes(60, 0.5),
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


# The same of a classical method.
rule ask_classical:
    input:
        folds=FOLDS_CSV,
        slices=of_all_patients("slices.npy"),
        masks=of_all_patients("masks.npy"),
        tables=of_all_patients("slices.csv"),
        grids=of_all_patients("grid.json"),
        clicks=lambda wildcards: clicks_asked(kinds_asked_of_classical(wildcards)),
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
        mem_mb=memory(200, 1),
        runtime=minutes(60, 0.5),
    params:
        patients=PATIENTS,
        what=lambda wildcards: QUESTIONS[wildcards.question],
        kinds=kinds_asked_of_classical,
        method=lambda wildcards: config["methods"][wildcards.method],
        connectivity=config["clicks"]["connectivity"],
        both_empty=config["scores"]["both_empty"],
        code=script_digest("ask_classical"),
    script:
        "../scripts/ask_classical.py"
