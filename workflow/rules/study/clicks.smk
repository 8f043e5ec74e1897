# What a kind of click depends on beside the mask, so that a change of it computes these clicks only.
NEEDS = {"random": ["seed"], "center": ["center"], "suvmax": ["image"], "inner": []}
NEEDS["human"] = ["seed", "image", *NEEDS[config["clicks"]["human_aim"]]]


# One click of each kind for each tumour component of each slice. One job for all patients: it computes for a second, and to
# start a job for each patient would take a minute.
rule clicks:
    input:
        COUNTS_CSV,
    output:
        matrices=of_patients(f"{RESULTS}/clicks/{{kind}}/{{patient}}.npy", SETTLED),
        tables=of_patients(f"{RESULTS}/clicks/{{kind}}/{{patient}}.csv", SETTLED),
    log:
        f"{LOGS}/clicks/{{kind}}.log",
    benchmark:
        f"{LOGS}/clicks/{{kind}}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10, 0.05, of_all_patients("masks.npy")),
    params:
        patients=per_patient(SETTLED),
        slices=of_each("slices.npy"),
        masks=of_each("masks.npy"),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        connectivity=config["clicks"]["connectivity"],
        seed=lambda wildcards: config["seed"] if "seed" in NEEDS[wildcards.kind] else None,
        center=lambda wildcards: config["clicks"]["center"] if "center" in NEEDS[wildcards.kind] else None,
        human_aim=lambda wildcards: config["clicks"]["human_aim"] if wildcards.kind == "human" else None,
        human_sigma_mm=lambda wildcards: config["clicks"]["human_sigma_mm"] if wildcards.kind == "human" else None,
        human_miss=lambda wildcards: config["clicks"]["human_miss"] if wildcards.kind == "human" else None,
        code=script_digest("clicks"),
    script:
        "../../scripts/clicks.py"


# Clicks as a network's second channel, where it is to see more of them than their pixels.
rule encode:
    input:
        lambda wildcards: of_patients(clicks(config["networks"][wildcards.network]["clicks"]), SETTLED[:1]),
    output:
        of_patients(f"{RESULTS}/encoded/{{network}}/{{patient}}.npy", SETTLED),
    log:
        f"{LOGS}/encode/{{network}}.log",
    benchmark:
        f"{LOGS}/encode/{{network}}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10, 0.05, of_all_patients("masks.npy")),
    params:
        patients=per_patient(SETTLED),
        clicks=lambda wildcards: clicks(config["networks"][wildcards.network]["clicks"]),
        grids=of_each("grid.json"),
        shape=lambda wildcards: encoding_of(config["networks"][wildcards.network])["shape"],
        size=lambda wildcards: encoding_of(config["networks"][wildcards.network])["size"],
        unit=lambda wildcards: encoding_of(config["networks"][wildcards.network])["unit"],
        code=script_digest("encode"),
    script:
        "../../scripts/encode.py"


# Who joins frozen folds has jobs of his own, so that the files of the others stay as they are, and with them the networks.
if JOINED:

    use rule clicks as clicks_of_joined with:
        input:
            f"{RESULTS}/preprocessed/{{patient}}/slices.csv",
        output:
            matrices=[f"{RESULTS}/clicks/{{kind}}/{{patient}}.npy"],
            tables=[f"{RESULTS}/clicks/{{kind}}/{{patient}}.csv"],
        log:
            f"{LOGS}/clicks/{{kind}}/{{patient}}.log",
        benchmark:
            f"{LOGS}/clicks/{{kind}}/{{patient}}.tsv"
        wildcard_constraints:
            patient=one_of(JOINED),
        params:
            patients=lambda wildcards: [wildcards.patient],

    use rule encode as encode_joined with:
        input:
            lambda wildcards: of_patients(clicks(config["networks"][wildcards.network]["clicks"]), [wildcards.patient]),
        output:
            f"{RESULTS}/encoded/{{network}}/{{patient}}.npy",
        log:
            f"{LOGS}/encode/{{network}}/{{patient}}.log",
        benchmark:
            f"{LOGS}/encode/{{network}}/{{patient}}.tsv"
        wildcard_constraints:
            patient=one_of(JOINED),
        params:
            patients=lambda wildcards: [wildcards.patient],
