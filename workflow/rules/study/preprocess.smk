# From a patient's volume to the slices that networks see.
rule preprocess:
    input:
        pet=scan_of("pet"),
        mask=scan_of("mask"),
        partners=partners_of,
    output:
        slices=f"{RESULTS}/preprocessed/{{patient}}/slices.npy",
        masks=f"{RESULTS}/preprocessed/{{patient}}/masks.npy",
        table=f"{RESULTS}/preprocessed/{{patient}}/slices.csv",
        grid=f"{RESULTS}/preprocessed/{{patient}}/grid.json",
    log:
        f"{LOGS}/preprocess/{{patient}}.log",
    benchmark:
        f"{LOGS}/preprocess/{{patient}}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(300, 10),
        runtime=minutes(10),
    params:
        labels=labels_of,
        size=config["preprocess"]["size"],
        spacing=config["preprocess"]["spacing"],
        resize_pet=config["preprocess"]["resize_pet"],
        resize_mask=config["preprocess"]["resize_mask"],
        min_positive=config["preprocess"]["min_positive"],
        code=script_digest("preprocess"),
    script:
        "../../scripts/preprocess.py"
