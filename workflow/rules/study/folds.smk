# Patient-wise cross-validation: written once, read by everyone.
rule folds:
    input:
        slices_csv=STACK["slices_csv"],
        given_folds_csv=config["given_folds"] or [],
    output:
        folds_csv="<results>/folds.csv",
    log:
        "<logs>/folds/folds.log",
    benchmark:
        "<logs>/folds/folds.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(150),
        runtime=minutes(5),
    params:
        sheet=COHORT["fold"].astype(int).to_dict() if COHORT["fold"].notna().any() else None,
        n_folds=config["folds"],
        seed=config["seed"],
        code=script_digest("folds"),
    script:
        "../../scripts/folds.py"
