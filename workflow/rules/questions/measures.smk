# Measures beside Dice: snakemake measures. Of a finished study's masks; no part of a study without being asked for.
rule measures:
    input:
        "<results>/tables/measures.html",


rule measure_masks:
    input:
        folds=FOLDS_CSV,
        segmentations="<results>/segmentations/{method}.npy",
    output:
        "<results>/measures/{method}.csv",
    log:
        "<logs>/measure_masks/{method}.log",
    benchmark:
        "<logs>/measure_masks/{method}.tsv"
    conda:
        "../../../envs/measures.yaml"
    resources:
        mem_mb=memory(250, 1, of_all_patients("slices.npy", "masks.npy")),
        runtime=minutes(30, 0.5, of_all_patients("slices.npy", "masks.npy")),
    params:
        patients=per_patient(PATIENTS),
        slices=of_each("slices.npy"),
        masks=of_each("masks.npy"),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        tolerance_mm=config["measures"]["tolerance_mm"],
        code=script_digest("measure_masks"),
    script:
        "../../scripts/measure_masks.py"


rule measure_tables:
    input:
        expand("<results>/measures/{method}.csv", method=METHODS),
    output:
        measures="<results>/tables/measures.csv",
        agreement="<results>/tables/bland_altman.csv",
        scores=directory("<results>/measures/scores"),
        page=report(
            "<results>/tables/measures.html",
            caption="../../report/measures.rst",
            category="Beyond the paper",
            labels={"table": "Measures beside Dice"},
        ),
        png=report(
            "<results>/figures/bland_altman.png",
            caption="../../report/bland_altman.rst",
            category="Beyond the paper",
            labels={"figure": "Volumes by Bland and Altman"},
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
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("measure_tables"),
    script:
        "../../scripts/measure_tables.py"
