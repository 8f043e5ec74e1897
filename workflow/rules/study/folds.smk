# Patient-wise cross-validation: written once, read by everyone.
rule slice_counts:
    input:
        lambda wildcards: of_all_patients("slices.csv", patients=SETTLED),
    output:
        COUNTS_CSV,
    log:
        f"{LOGS}/slice_counts/slice_counts.log",
    benchmark:
        f"{LOGS}/slice_counts/slice_counts.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(150),
        runtime=minutes(5),
    params:
        patients=per_patient(SETTLED),
        tables=of_each("slices.csv"),
        code=script_digest("slice_counts"),
    script:
        "../../scripts/slice_counts.py"


rule folds:
    input:
        counts=COUNTS_CSV,
        joined=of_all_patients("slices.csv", patients=JOINED),
    output:
        FOLDS_CSV,
    log:
        f"{LOGS}/folds/folds.log",
    benchmark:
        f"{LOGS}/folds/folds.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(150),
        runtime=minutes(5),
    params:
        joined=list(JOINED),
        tables=of_each("slices.csv"),
        given=GIVEN_FOLDS,
        n_folds=config["folds"],
        seed=config["seed"],
        code=script_digest("folds"),
    script:
        "../../scripts/folds.py"
