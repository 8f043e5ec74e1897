# Patient-wise cross-validation: written once, read by everyone.
rule folds:
    input:
        lambda wildcards: of_all_patients("slices.csv"),
    output:
        FOLDS_CSV,
    log:
        f"{LOGS}/folds/folds.log",
    benchmark:
        f"{LOGS}/folds/folds.tsv"
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=memory(150),
        runtime=minutes(5),
    params:
        patients=PATIENTS,
        given=GIVEN_FOLDS,
        n_folds=config["folds"],
        seed=config["seed"],
        code=script_digest("folds"),
    script:
        "../scripts/folds.py"
