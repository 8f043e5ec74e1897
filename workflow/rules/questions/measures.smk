# Measures beside Dice: snakemake measures. Of a finished study's masks; no part of a study without being asked for.
rule measures:
    input:
        "<results>/tables/measures.html",


rule measure_masks:
    input:
        **STACK,
        folds_csv="<results>/folds.csv",
        segmentations_npy="<results>/segmentations/{method}.npy",
    output:
        measures_csv="<results>/measures/{method}.csv",
    log:
        "<logs>/measure_masks/{method}.log",
    benchmark:
        "<logs>/measure_masks/{method}.tsv"
    conda:
        "../../../envs/measures.yaml"
    resources:
        mem_mb=memory(250, 1),
        runtime=minutes(30, 0.5),
    params:
        tolerance_mm=config["measures"]["tolerance_mm"],
        code=script_digest("measure_masks"),
    script:
        "../../scripts/measure_masks.py"


rule measure_tables:
    input:
        measures_csvs=expand("<results>/measures/{method}.csv", method=METHODS),
    output:
        summary_csv="<results>/tables/measures.csv",
        agreement_csv="<results>/tables/bland_altman.csv",
        scores=directory("<results>/measures/scores"),
        html=in_report("<results>/tables/measures.html", "Beyond the paper", shown=ASKED, table="Measures beside Dice"),
        png=in_report(
            "<results>/figures/bland_altman.png", "Beyond the paper", shown=ASKED, figure="Volumes by Bland and Altman"
        ),
        svg="<results>/figures/bland_altman.svg",
    log:
        "<logs>/measure_tables/measure_tables.log",
    benchmark:
        "<logs>/measure_tables/measure_tables.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        seed=config["seed"],
        tolerance_mm=config["measures"]["tolerance_mm"],
        notices=NOTICES,
        code=script_digest("measure_tables"),
    script:
        "../../scripts/measure_tables.py"
