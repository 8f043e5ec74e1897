# One click of each kind for each tumour component of each slice: a table that people may correct, then matrices.
# What a kind of click depends on beside the mask, so that a change of it computes these clicks only.
NEEDS = {"random": ["seed"], "center": ["center"], "suvmax": ["image"], "inner": []}
NEEDS["human"] = ["seed", "image", "human_aim", "human_sigma_mm", "human_miss", *NEEDS[config["clicks"]["human_aim"]]]


rule clicks:
    input:
        masks_npy=STACK["masks_npy"],
        slices_npy=lambda wildcards: STACK["slices_npy"] if "image" in NEEDS[wildcards.kind] else [],
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
    output:
        clicks_csv="<results>/clicks/{kind}.csv",
    log:
        "<logs>/clicks/{kind}.log",
    benchmark:
        "<logs>/clicks/{kind}.tsv"
    wildcard_constraints:
        kind=one_of([kind for kind in ALL_KINDS if not is_readers(kind)]),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10, 0.05),
    params:
        rules=lambda wildcards: {
            key: value
            for key, value in {"seed": config["seed"], **config["clicks"]}.items()
            if key == "connectivity" or key in NEEDS[wildcards.kind]
        },
        code=script_digest("clicks"),
    script:
        "../../scripts/clicks.py"


rule click_matrices:
    input:
        clicks_csv="<results>/clicks/{kind}.csv",
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
    output:
        clicks_npy="<results>/clicks/{kind}.npy",
    log:
        "<logs>/click_matrices/{kind}.log",
    benchmark:
        "<logs>/click_matrices/{kind}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10),
    params:
        code=script_digest("click_matrices"),
    script:
        "../../scripts/click_matrices.py"


# Clicks as a network's second channel, where it is to see more of them than their pixels.
rule encode:
    input:
        clicks_npy=lambda wildcards: clicks(settings_of_network(wildcards.network)["clicks"]),
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
    output:
        encoded_npy="<results>/encoded/{network}.npy",
    log:
        "<logs>/encode/{network}.log",
    benchmark:
        "<logs>/encode/{network}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10, 0.05),
    params:
        encoding=lambda wildcards: encoding_of(settings_of_network(wildcards.network)),
        code=script_digest("encode"),
    script:
        "../../scripts/encode.py"
