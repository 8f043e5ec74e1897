# From a network's raw outputs to a method's masks, as arrays and on the patients' scans.
rule postprocess:
    input:
        folds=FOLDS_CSV,
        thresholds=lambda wildcards: f"{RESULTS}/thresholds/{network_of(wildcards.method)}.csv",
        outputs=lambda wildcards: expand(
            f"{RESULTS}/predictions/{network_of(wildcards.method)}/fold-{{fold}}/test.npy", fold=FOLDS
        ),
        clicks=clicks_made_of_method,
    output:
        f"{RESULTS}/segmentations/{{method}}.npy",
    log:
        f"{LOGS}/postprocess/{{method}}.log",
    benchmark:
        f"{LOGS}/postprocess/{{method}}.tsv"
    wildcard_constraints:
        method=trained([method for method in METHODS if method not in CLASSICAL]),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200, 1),
        runtime=minutes(10, 0.05),
    params:
        patients=per_patient(PATIENTS),
        clicks=clicks_of_method,
        folds=FOLDS,
        connectivity=config["clicks"]["connectivity"],
        min_pixels=lambda wildcards: settings_of_method(wildcards.method).get("min_pixels", 1),
        fill_holes=lambda wildcards: settings_of_method(wildcards.method).get("fill_holes", False),
        code=script_digest("postprocess"),
    script:
        "../../scripts/postprocess.py"


rule export_masks:
    input:
        folds=FOLDS_CSV,
        segmentations=f"{RESULTS}/segmentations/{{method}}.npy",
    output:
        of_patients(f"{RESULTS}/masks/{{method}}/{{patient}}.nii.gz"),
    log:
        f"{LOGS}/export_masks/{{method}}.log",
    benchmark:
        f"{LOGS}/export_masks/{{method}}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(250, 0.1),
        runtime=minutes(15, 0.02, SCANS["pet"]),
    params:
        patients=per_patient(PATIENTS),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        scans=per_patient(SCANS["pet"]),
        code=script_digest("export_masks"),
    script:
        "../../scripts/export_masks.py"


# One-click methods without training, as rows of methods beside the networks: from clicks to the same masks.
rule segment_classical:
    input:
        folds=FOLDS_CSV,
        clicks=clicks_made_of_method,
    output:
        f"{RESULTS}/segmentations/{{method}}.npy",
    log:
        f"{LOGS}/segment_classical/{{method}}.log",
    benchmark:
        f"{LOGS}/segment_classical/{{method}}.tsv"
    wildcard_constraints:
        method=one_of(CLASSICAL),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200, 1, of_all_patients("slices.npy")),
        runtime=minutes(60, 0.5, of_all_patients("slices.npy")),
    params:
        patients=per_patient(PATIENTS),
        slices=of_each("slices.npy"),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        clicks=clicks_of_method,
        method=classical_settings,
        connectivity=config["clicks"]["connectivity"],
        code=script_digest("segment_classical"),
    script:
        "../../scripts/segment_classical.py"
