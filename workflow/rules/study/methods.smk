# From a network's raw outputs, or from a click alone, to a method's masks, as arrays and on the patients' scans.
rule postprocess:
    input:
        slices_csv=STACK["slices_csv"],
        folds_csv="<results>/folds.csv",
        thresholds_csv=lambda wildcards: f"<results>/thresholds/{network_of(wildcards.method)}.csv",
        predictions=lambda wildcards: of_folds(f"<results>/predictions/{network_of(wildcards.method)}/fold-{{fold}}.npy"),
        clicks_npy=lambda wildcards: clicks(kept_clicks(wildcards.method)),
    output:
        segmentations_npy="<results>/segmentations/{method}.npy",
    log:
        "<logs>/postprocess/{method}.log",
    benchmark:
        "<logs>/postprocess/{method}.tsv"
    wildcard_constraints:
        method=with_runs([method for method in METHODS if method not in CLASSICAL]),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10, 0.05),
    params:
        refinement=lambda wildcards: {
            key: value for key, value in settings_of_method(wildcards.method).items() if key in ("min_pixels", "fill_holes")
        },
        connectivity=config["clicks"]["connectivity"],
        code=script_digest("postprocess"),
    script:
        "../../scripts/postprocess.py"


# One-click methods without training, as rows of methods beside the networks.
rule segment_classical:
    input:
        **STACK,
        clicks_npy=lambda wildcards: clicks(kept_clicks(wildcards.method)),
    output:
        segmentations_npy="<results>/segmentations/{method}.npy",
    log:
        "<logs>/segment_classical/{method}.log",
    benchmark:
        "<logs>/segment_classical/{method}.tsv"
    wildcard_constraints:
        method=one_of(CLASSICAL),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(60, 0.5),
    params:
        # but for the kind of its clicks, which are an input
        method=lambda wildcards: {k: v for k, v in config["methods"][wildcards.method].items() if k != "clicks"},
        connectivity=config["clicks"]["connectivity"],
        code=script_digest("segment_classical"),
    script:
        "../../scripts/segment_classical.py"


rule export_masks:
    input:
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
        segmentations_npy="<results>/segmentations/{method}.npy",
    output:
        masks=directory("<results>/masks/{method}"),
    log:
        "<logs>/export_masks/{method}.log",
    benchmark:
        "<logs>/export_masks/{method}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(400),
        runtime=minutes(15, 0.1),
    params:
        code=script_digest("export_masks"),
    script:
        "../../scripts/export_masks.py"
