# One click per lesion: snakemake walk. Finished networks go from slice to slice; no part of a study without being asked for.
# What starts a method's walks: clicks of the kind that its network sees, or else of the kind that keeps components.
STARTS = {
    method: [kind for kind in (network_clicks(method), config["methods"][method].get("keep", "none")) if kind != "none"]
    for method in METHODS
}


rule walk:
    input:
        "<results>/tables/walk.html",


rule walk_lesions:
    input:
        folds=FOLDS_CSV,
        thresholds=lambda wildcards: f"<results>/thresholds/{network_of(wildcards.method)}.csv",
        models=lambda wildcards: expand(f"<results>/models/{network_of(wildcards.method)}/fold-{{fold}}.onnx", fold=FOLDS),
        segmentations="<results>/segmentations/{method}.npy",
        clicks=lambda wildcards: made(clicks(STARTS[wildcards.method][0])),
    output:
        lesions="<results>/walk/lesions/{method}.csv",
        slices="<results>/walk/slices/{method}.csv",
        masks=of_patients("<results>/walk/masks/{method}/{patient}.nii.gz"),
    log:
        "<logs>/walk_lesions/{method}.log",
    benchmark:
        "<logs>/walk_lesions/{method}.tsv"
    conda:
        "../../../envs/network.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(400, 0.1, SCANS["pet"]),
        runtime=minutes(60, 0.1, SCANS["pet"]),
    params:
        patients=per_patient(PATIENTS),
        pets=per_patient(SCANS["pet"]),
        scan_masks=per_patient(SCANS["mask"]),
        tables=of_each("slices.csv"),
        masks=of_each("masks.npy"),
        grids=of_each("grid.json"),
        clicks=lambda wildcards: clicks(STARTS[wildcards.method][0]).removesuffix(".npy") + ".csv",
        folds=FOLDS,
        labels=per_patient(None if patient in CONVERTED else config["cohort"]["labels"] for patient in PATIENTS),
        method=lambda wildcards: config["methods"][wildcards.method],
        sees=lambda wildcards: network_clicks(wildcards.method) != "none",
        encoding=lambda wildcards: encoding_of(config["networks"][network_of(wildcards.method)]),
        connectivity=config["clicks"]["connectivity"],
        resize_pet=config["preprocess"]["resize_pet"],
        both_empty=config["scores"]["both_empty"],
        code=script_digest("walk_lesions"),
    script:
        "../../scripts/walk_lesions.py"


rule walk_tables:
    input:
        expand("<results>/walk/lesions/{method}.csv", method=WALKED),
    output:
        summary="<results>/tables/walk.csv",
        patients="<results>/tables/walk_patients.csv",
        page=report(
            "<results>/tables/walk.html",
            caption="../../report/walk.rst",
            category="Beyond the paper",
            labels={"table": "One click per lesion"},
        ),
        png=report(
            "<results>/figures/walk.png",
            caption="../../report/walk.rst",
            category="Beyond the paper",
            labels={"figure": "One click per lesion"},
        ),
        svg="<results>/figures/walk.svg",
    log:
        "<logs>/walk_tables/walk_tables.log",
    benchmark:
        "<logs>/walk_tables/walk_tables.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        seed=config["seed"],
        both_empty=config["scores"]["both_empty"],
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("walk_tables"),
    script:
        "../../scripts/walk_tables.py"
