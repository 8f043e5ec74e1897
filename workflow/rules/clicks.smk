# One click of each kind for each tumour component of each slice.
rule clicks:
    input:
        masks=f"{RESULTS}/preprocessed/{{patient}}/masks.npy",
        table=f"{RESULTS}/preprocessed/{{patient}}/slices.csv",
        grid=f"{RESULTS}/preprocessed/{{patient}}/grid.json",
    output:
        matrices=f"{RESULTS}/clicks/{{kind}}/{{patient}}.npy",
        table=f"{RESULTS}/clicks/{{kind}}/{{patient}}.csv",
    log:
        f"{LOGS}/clicks/{{kind}}/{{patient}}.log",
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    params:
        seed=lambda wildcards: config["seed"] if wildcards.kind == "random" else None,
        connectivity=config["clicks"]["connectivity"],
        center_rule=lambda wildcards: config["clicks"]["center"] if wildcards.kind == "center" else None,
        code=script_digest("clicks"),
    script:
        "../scripts/clicks.py"
