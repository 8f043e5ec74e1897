# One-click methods without training, as rows of methods beside the networks: from clicks to the same masks.
rule segment_classical:
    input:
        folds=FOLDS_CSV,
        clicks=clicks_made_of_method,
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
        mem_mb=memory(200, 1, of_all_patients("slices.npy")),
        runtime=minutes(60, 0.5, of_all_patients("slices.npy")),
    params:
        patients=per_patient(PATIENTS),
        slices=of_each("slices.npy"),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        clicks=clicks_of_method,
        method=classical_settings,
        connectivity=config["clicks"]["connectivity"],
        code=script_digest("segment_classical"),
    script:
        "../scripts/segment_classical.py"
