# From the patients' volumes to slices: cut patient by patient, then laid one after the other, in the order of all later files.
rule preprocess:
    input:
        ancient("<results>/verified"),
        unpack(scans_in(SCANS)),
    output:
        slices_npy="<results>/preprocessed/{patient}/slices.npy",
        masks_npy="<results>/preprocessed/{patient}/masks.npy",
        slices_csv="<results>/preprocessed/{patient}/slices.csv",
        grid_json="<results>/preprocessed/{patient}/grid.json",
    log:
        "<logs>/preprocess/{patient}.log",
    benchmark:
        "<logs>/preprocess/{patient}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(300, 10),
        runtime=minutes(10),
    params:
        labels=lambda wildcards: labels_of(wildcards.patient),
        settings=config["preprocess"],
        code=script_digest("preprocess"),
    script:
        "../../scripts/preprocess.py"


rule stack:
    input:
        slices_npy=expand("<results>/preprocessed/{patient}/slices.npy", patient=PATIENTS),
        masks_npy=expand("<results>/preprocessed/{patient}/masks.npy", patient=PATIENTS),
        slices_csv=expand("<results>/preprocessed/{patient}/slices.csv", patient=PATIENTS),
        grid_json=expand("<results>/preprocessed/{patient}/grid.json", patient=PATIENTS),
    output:
        **STACK,
        warnings_csv="<results>/warnings/stack.csv",
    log:
        "<logs>/stack/stack.log",
    benchmark:
        "<logs>/stack/stack.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10, 0.01),
    params:
        patients=PATIENTS,
        code=script_digest("stack"),
    script:
        "../../scripts/stack.py"
