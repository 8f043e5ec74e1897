# One click of each kind for each tumour component of each slice. One job for all patients: it computes for a second, and to
# start a job for each patient would take a minute.
rule clicks:
    input:
        masks=of_all_patients("masks.npy"),
        slices=lambda wildcards: of_all_patients("slices.npy") if wildcards.kind == "suvmax" else [],
        tables=of_all_patients("slices.csv"),
        grids=of_all_patients("grid.json"),
    output:
        matrices=expand(f"{RESULTS}/clicks/{{{{kind}}}}/{{patient}}.npy", patient=PATIENTS),
        tables=expand(f"{RESULTS}/clicks/{{{{kind}}}}/{{patient}}.csv", patient=PATIENTS),
    log:
        f"{LOGS}/clicks/{{kind}}.log",
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=500,
        runtime=10,
    params:
        patients=PATIENTS,
        seed=lambda wildcards: config["seed"] if wildcards.kind == "random" else None,
        connectivity=config["clicks"]["connectivity"],
        center_rule=lambda wildcards: config["clicks"]["center"] if wildcards.kind == "center" else None,
        code=script_digest("clicks"),
    script:
        "../scripts/clicks.py"


# Clicks as a network's second channel, where it is to see more of them than their pixels.
rule encode:
    input:
        matrices=lambda wildcards: clicks_of_all_patients(config["networks"][wildcards.network]["clicks"]),
        grids=of_all_patients("grid.json"),
    output:
        expand(f"{RESULTS}/encoded/{{{{network}}}}/{{patient}}.npy", patient=PATIENTS),
    log:
        f"{LOGS}/encode/{{network}}.log",
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=500,
        runtime=10,
    params:
        shape=lambda wildcards: encoding_of(config["networks"][wildcards.network])["shape"],
        size=lambda wildcards: encoding_of(config["networks"][wildcards.network])["size"],
        unit=lambda wildcards: encoding_of(config["networks"][wildcards.network])["unit"],
        code=script_digest("encode"),
    script:
        "../scripts/encode.py"
