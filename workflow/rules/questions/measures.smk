# Measures beside Dice: snakemake measures. Of a finished study's masks; no part of a study without being asked for.
rule measures:
    input:
        f"{RESULTS}/tables/measures.html",


rule measure_masks:
    input:
        folds=FOLDS_CSV,
        segmentations=f"{RESULTS}/segmentations/{{method}}.npy",
    output:
        f"{RESULTS}/measures/{{method}}.csv",
    log:
        f"{LOGS}/measure_masks/{{method}}.log",
    benchmark:
        f"{LOGS}/measure_masks/{{method}}.tsv"
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
        expand(f"{RESULTS}/measures/{{method}}.csv", method=METHODS),
    output:
        measures=f"{RESULTS}/tables/measures.csv",
        agreement=f"{RESULTS}/tables/bland_altman.csv",
        scores=directory(f"{RESULTS}/measures/scores"),
        page=report(
            f"{RESULTS}/tables/measures.html",
            caption="../../report/measures.rst",
            category="Beyond the paper",
            labels={"table": "Measures beside Dice"},
        ),
        png=report(
            f"{RESULTS}/figures/bland_altman.png",
            caption="../../report/bland_altman.rst",
            category="Beyond the paper",
            labels={"figure": "Volumes by Bland and Altman"},
        ),
        svg=f"{RESULTS}/figures/bland_altman.svg",
    log:
        f"{LOGS}/measure_tables/measure_tables.log",
    benchmark:
        f"{LOGS}/measure_tables/measure_tables.tsv"
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
