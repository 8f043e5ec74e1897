# One tidy table of scores, a row per method and slice, feeds all tables and figures.
rule score:
    input:
        slices_csv=STACK["slices_csv"],
        folds_csv="<results>/folds.csv",
        masks_npy=STACK["masks_npy"],
        segmentations_npy="<results>/segmentations/{method}.npy",
    output:
        scores_csv="<results>/scores/{method}.csv",
    log:
        "<logs>/score/{method}.log",
    benchmark:
        "<logs>/score/{method}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10, 0.05),
    params:
        both_empty=config["scores"]["both_empty"],
        code=script_digest("score"),
    script:
        "../../scripts/score.py"


rule scores:
    input:
        expand("<results>/scores/{method}.csv", method=METHODS),
    output:
        in_report("<results>/scores.csv", "Scores", table="Dice per slice, with pixel counts, as CSV to download"),
    log:
        "<logs>/scores/scores.log",
    benchmark:
        "<logs>/scores/scores.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        code=script_digest("concatenate"),
    script:
        "../../scripts/concatenate.py"
