# One-click methods without training, as rows of methods beside the networks: from clicks to the same masks.
rule segment_classical:
    input:
        folds=FOLDS_CSV,
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
        mem_mb=memory(200, 1),
        runtime=minutes(60, 0.5),
    params:
        patients=PATIENTS,
        method=classical_settings,
        connectivity=config["clicks"]["connectivity"],
        code=script_digest("segment_classical"),
    script:
        "../scripts/segment_classical.py"
