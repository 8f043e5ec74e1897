# One click per lesion: snakemake walk. Finished networks go from slice to slice; no part of a study without being asked for.
rule walk:
    input:
        "<results>/tables/walk.html",


rule walk_lesions:
    input:
        lambda _: [path for scans in SCANS.itertuples(index=False) for path in partners(*scans)],
        **STACK,
        folds_csv="<results>/folds.csv",
        thresholds_csv=lambda wildcards: f"<results>/thresholds/{network_of(wildcards.method)}.csv",
        models=lambda wildcards: of_folds(f"<results>/models/{network_of(wildcards.method)}/fold-{{fold}}.onnx"),
        segmentations_npy="<results>/segmentations/{method}.npy",
        clicks_csv=walk_clicks,
        # functions, for no other job needs to look for all scans
        pets=lambda _: [path for path in SCANS["pet"] if present(path)],
        scan_masks=lambda _: [path for path in SCANS["mask"] if present(path)],
    output:
        lesions_csv="<results>/walk/lesions/{method}.csv",
        walked_csv="<results>/walk/slices/{method}.csv",
        masks=directory("<results>/walk/masks/{method}"),
    log:
        "<logs>/walk_lesions/{method}.log",
    benchmark:
        "<logs>/walk_lesions/{method}.tsv"
    conda:
        "../../../envs/network.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(400, 0.1),
        runtime=minutes(60, 0.1),
    params:
        labels=[labels_of(patient) for patient in PATIENTS],
        settings=lambda wildcards: settings_of_method(wildcards.method),
        sees=lambda wildcards: network_clicks(wildcards.method) != "none",
        encoding=lambda wildcards: encoding_of(settings_of_network(network_of(wildcards.method))),
        connectivity=config["clicks"]["connectivity"],
        resize_pet=config["preprocess"]["resize_pet"],
        both_empty=config["scores"]["both_empty"],
        code=script_digest("walk_lesions"),
    script:
        "../../scripts/walk_lesions.py"


rule walk_tables:
    input:
        lesions_csvs=expand("<results>/walk/lesions/{method}.csv", method=WALKED),
    output:
        summary_csv="<results>/tables/walk.csv",
        patients_csv="<results>/tables/walk_patients.csv",
        html=in_report(
            "<results>/tables/walk.html", "Beyond the paper", shown=WALKED and ASKED, table="One click per lesion"
        ),
        png=in_report(
            "<results>/figures/walk.png", "Beyond the paper", shown=WALKED and ASKED, figure="One click per lesion"
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
        notices=NOTICES,
        code=script_digest("walk_tables"),
    script:
        "../../scripts/walk_tables.py"
