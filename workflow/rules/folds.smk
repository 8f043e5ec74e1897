# Patient-wise cross-validation: written once, read by everyone.
rule folds:
    input:
        of_all_patients("slices.csv"),
    output:
        f"{RESULTS}/folds.csv",
    params:
        given=GIVEN_FOLDS,
        n_folds=config["folds"],
        seed=config["seed"],
        code=script_digest("folds"),
    log:
        f"{LOGS}/folds/folds.log",
    resources:
        mem_mb=500,
        runtime=5,
    conda:
        "../../envs/light.yaml"
    script:
        "../scripts/folds.py"
