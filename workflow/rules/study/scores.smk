# One tidy table of scores, a row per method and slice, feeds all tables and figures.
rule score:
    input:
        folds=FOLDS_CSV,
        segmentations=f"{RESULTS}/segmentations/{{method}}.npy",
    output:
        f"{RESULTS}/scores/{{method}}.csv",
    log:
        f"{LOGS}/score/{{method}}.log",
    benchmark:
        f"{LOGS}/score/{{method}}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(150, 1),
        runtime=minutes(10, 0.05),
    params:
        patients=per_patient(PATIENTS),
        masks=of_each("masks.npy"),
        tables=of_each("slices.csv"),
        both_empty=config["scores"]["both_empty"],
        code=script_digest("score"),
    script:
        "../../scripts/score.py"


rule scores:
    input:
        expand(f"{RESULTS}/scores/{{method}}.csv", method=METHODS),
    output:
        report(
            f"{RESULTS}/scores.csv",
            caption="../../report/scores.rst",
            category="Scores",
            labels={"table": "Dice per slice, with pixel counts, as CSV to download"},
        ),
    log:
        f"{LOGS}/scores/scores.log",
    benchmark:
        f"{LOGS}/scores/scores.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        code=script_digest("concatenate"),
    script:
        "../../scripts/concatenate.py"
