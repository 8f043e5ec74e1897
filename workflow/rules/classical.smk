# One-click methods without training, as rows of methods beside the networks: from clicks to the same masks.
rule segment_classical:
    input:
        folds=f"{RESULTS}/folds.csv",
        slices=of_all_patients("slices.npy"),
        tables=of_all_patients("slices.csv"),
        grids=of_all_patients("grid.json"),
        clicks=clicks_of_method,
    output:
        f"{RESULTS}/segmentations/{{method}}.npy",
    log:
        f"{LOGS}/segment_classical/{{method}}.log",
    benchmark:
        f"{LOGS}/segment_classical/{{method}}.tsv"
    wildcard_constraints:
        method=one_of(CLASSICAL),
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        patients=PATIENTS,
        method=classical_settings,
        connectivity=config["clicks"]["connectivity"],
        code=script_digest("segment_classical"),
    script:
        "../scripts/segment_classical.py"


# How far off a click may be, as offsets.smk asks of networks.
rule move_classical_clicks:
    input:
        folds=f"{RESULTS}/folds.csv",
        slices=of_all_patients("slices.npy"),
        masks=of_all_patients("masks.npy"),
        tables=of_all_patients("slices.csv"),
        grids=of_all_patients("grid.json"),
        clicks=clicks_of_method,
    output:
        f"{RESULTS}/offsets/{{method}}.csv",
    log:
        f"{LOGS}/move_classical_clicks/{{method}}.log",
    benchmark:
        f"{LOGS}/move_classical_clicks/{{method}}.tsv"
    wildcard_constraints:
        method=one_of(CLASSICAL),
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        patients=PATIENTS,
        method=classical_settings,
        connectivity=config["clicks"]["connectivity"],
        both_empty=config["scores"]["both_empty"],
        distances_mm=config["offsets"]["distances_mm"],
        code=script_digest("move_classical_clicks"),
    script:
        "../scripts/move_classical_clicks.py"
