# Masks for new patients from real clicks, with the networks of a finished study: scans and clicks -> slices -> masks.
rule segment:
    input:
        "<results>/verification.csv",
        "<results>/lesions.csv",
        expand("<results>/overlays/{patient}", patient=NEW.index),


# All scans and clicks are read first, so that all problems are said at once. As in a study, this job goes first by priority
# and is no input of others, for another patient would rerun them.
rule check_new:
    input:
        [present(path) for path in [*NEW["pet"], *NEW["clicks"]]],
        partners(*NEW["pet"]),
    output:
        "<results>/verification.csv",
    log:
        "<logs>/check_new/check_new.log",
    benchmark:
        "<logs>/check_new/check_new.tsv"
    priority: 100
    # A scan that is wrong stays wrong.
    retries: 0
    conda:
        "../../../envs/dicom.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(1500),
        runtime=minutes(10, 0.005),
    params:
        patients=list(NEW.index),
        pets=list(NEW["pet"]),
        clicks=list(NEW["clicks"]),
        background=config["segment"]["background"],
        size=STUDY["preprocess"]["size"],
        spacing=STUDY["preprocess"]["spacing"],
        code=script_digest("check_new"),
    script:
        "../../scripts/check_new.py"


rule convert_pet:
    input:
        lambda wildcards: NEW.loc[wildcards.patient, "pet"],
    output:
        "<results>/cohort/{patient}/pet.nii.gz",
    log:
        "<logs>/convert_pet/{patient}.log",
    benchmark:
        "<logs>/convert_pet/{patient}.tsv"
    conda:
        "../../../envs/dicom.yaml"
    resources:
        mem_mb=memory(600),
        runtime=minutes(10),
    params:
        code=script_digest("convert_pet"),
    script:
        "../../scripts/convert_pet.py"


rule prepare:
    input:
        pet=scan_of,
        clicks=clicks_of,
        partners=lambda wildcards: partners(NEW.loc[wildcards.patient, "pet"]),
    output:
        slices=of_patient("slices.npy"),
        matrices=of_patient("clicks.npy"),
        table=of_patient("slices.csv"),
        clicks=of_patient("clicks.csv"),
        grid=of_patient("grid.json"),
    log:
        "<logs>/prepare/{patient}.log",
    benchmark:
        "<logs>/prepare/{patient}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(400, 10),
        runtime=minutes(10),
    params:
        # also where the file is missing, which the check says
        clicks=lambda wildcards: NEW.loc[wildcards.patient, "clicks"],
        lines=lambda wildcards: LINES.get(wildcards.patient),
        background=config["segment"]["background"],
        unclicked=config["segment"]["unclicked"],
        size=STUDY["preprocess"]["size"],
        spacing=STUDY["preprocess"]["spacing"],
        resize_pet=STUDY["preprocess"]["resize_pet"],
        code=script_digest("prepare"),
    script:
        "../../scripts/prepare.py"


rule segment_slices:
    input:
        slices=of_patient("slices.npy"),
        matrices=of_patient("clicks.npy"),
        grid=of_patient("grid.json"),
        thresholds=f"{MODELS}/thresholds.csv",
        models=expand(f"{MODELS}/models/{{network}}/fold-{{fold}}.onnx", network=NETWORKS, fold=FOLDS),
    output:
        expand("<results>/segmentations/{method}/{{patient}}.npy", method=METHODS),
    log:
        "<logs>/segment_slices/{patient}.log",
    benchmark:
        "<logs>/segment_slices/{patient}.tsv"
    conda:
        "../../../envs/network.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(400, 5),
        runtime=minutes(30),
    params:
        networks={network: STUDY["networks"][network]["clicks"] for network in NETWORKS},
        encodings={network: encoding_of(STUDY["networks"][network]) for network in NETWORKS},
        methods=METHODS,
        automatic=AUTOMATIC,
        connectivity=STUDY["clicks"]["connectivity"],
        n_folds=len(FOLDS),
        code=script_digest("segment_slices"),
    script:
        "../../scripts/segment_slices.py"


rule measure:
    input:
        pet=scan_of,
        partners=lambda wildcards: partners(NEW.loc[wildcards.patient, "pet"]),
        grid=of_patient("grid.json"),
        table=of_patient("slices.csv"),
        clicks=of_patient("clicks.csv"),
        segmentations=rules.segment_slices.output,
    output:
        masks=expand("<results>/masks/{method}/{{patient}}.nii.gz", method=METHODS),
        lesions="<results>/lesions/{patient}.csv",
    log:
        "<logs>/measure/{patient}.log",
    benchmark:
        "<logs>/measure/{patient}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(400, 10),
        runtime=minutes(10),
    params:
        methods=list(METHODS),
        code=script_digest("measure"),
    script:
        "../../scripts/measure.py"


rule lesions:
    input:
        expand("<results>/lesions/{patient}.csv", patient=NEW.index),
    output:
        "<results>/lesions.csv",
    log:
        "<logs>/lesions/lesions.log",
    benchmark:
        "<logs>/lesions/lesions.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        code=script_digest("concatenate"),
    script:
        "../../scripts/concatenate.py"


rule overlays:
    input:
        grid=of_patient("grid.json"),
        slices=of_patient("slices.npy"),
        matrices=of_patient("clicks.npy"),
        table=of_patient("slices.csv"),
        segmentations=rules.segment_slices.output,
    output:
        directory("<results>/overlays/{patient}"),
    log:
        "<logs>/overlays/{patient}.log",
    benchmark:
        "<logs>/overlays/{patient}.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(10),
    params:
        methods=list(METHODS),
        code=script_digest("overlays"),
    script:
        "../../scripts/overlays.py"
