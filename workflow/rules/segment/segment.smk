# Masks for new patients from real clicks, with the networks of a finished study: scans and clicks -> slices -> masks.
rule segment:
    input:
        "<results>/verification.csv",
        expand("<results>/{table}.csv", table=TABLES),
        expand("<results>/overlays/{patient}", patient=NEW.index),


# The check of all scans and clicks alone: snakemake check.
rule check:
    input:
        "<results>/verification.csv",


rule check_new:
    input:
        [present(path) for path in [*NEW["pet"], *NEW["clicks"]]],
        partners(*NEW["pet"]),
    output:
        csv="<results>/verification.csv",
    log:
        "<logs>/check_new/check_new.log",
    benchmark:
        "<logs>/check_new/check_new.tsv"
    # A scan that is wrong stays wrong.
    retries: 0
    conda:
        "../../../envs/dicom.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(1500),
        runtime=minutes(10, 0.005),
    params:
        # also of files that are missing
        patients=list(NEW.index),
        pets=list(NEW["pet"]),
        clicks=list(NEW["clicks"]),
        settings=PREPARATION,
        phantom=STUDY["phantom"],
        trained_on=STUDY["trained_on"],
        code=script_digest("check_new"),
    script:
        "../../scripts/check_new.py"


# As in a study, jobs that read scans have this file as an ancient() input: all problems of all scans and clicks are said at once,
# and another patient reruns nothing but the check.
localrules:
    verified,


rule verified:
    input:
        "<results>/verification.csv",
    output:
        touch("<results>/verified"),


rule convert_pet:
    input:
        ancient("<results>/verified"),
        pet=lambda wildcards: NEW.loc[wildcards.patient, "pet"],
    output:
        pet_nifti="<results>/cohort/{patient}/pet.nii.gz",
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
        ancient("<results>/verified"),
        partners_of,
        pet=scan_of,
        clicks=clicks_of,
    output:
        **PREPARED,
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
        lines=lambda wildcards: LINES.get(wildcards.patient),
        settings=PREPARATION,
        code=script_digest("prepare"),
    script:
        "../../scripts/prepare.py"


rule segment_slices:
    input:
        **PREPARED,
        thresholds_csv=f"{MODELS}/thresholds.csv",
        models=expand(f"{MODELS}/models/{{network}}/fold-{{fold}}.onnx", network=NETWORKS, fold=FOLDS),
    output:
        segmentations=expand("<results>/segmentations/{method}/{{patient}}.npy", method=METHODS),
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
        clicks={network: STUDY["networks"][network]["clicks"] for network in NETWORKS},
        encodings={network: encoding_of(STUDY["networks"][network]) for network in NETWORKS},
        rules={"methods": METHODS, "automatic": AUTOMATIC, "connectivity": STUDY["clicks"]["connectivity"]},
        code=script_digest("segment_slices"),
    script:
        "../../scripts/segment_slices.py"


rule measure:
    input:
        partners_of,
        **PREPARED,
        pet=scan_of,
        segmentations=rules.segment_slices.output.segmentations,
    output:
        masks=expand("<results>/masks/{method}/{{patient}}.nii.gz", method=METHODS),
        lesions_csv="<results>/lesions/{patient}.csv",
        on_lesions_csv="<results>/clicks/{patient}.csv",
        summary_csv="<results>/summary/{patient}.csv",
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


rule of_all_patients:
    input:
        expand("<results>/{{table}}/{patient}.csv", patient=NEW.index),
    output:
        "<results>/{table}.csv",
    log:
        "<logs>/of_all_patients/{table}.log",
    benchmark:
        "<logs>/of_all_patients/{table}.tsv"
    wildcard_constraints:
        table="|".join(TABLES),
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
        **PREPARED,
        segmentations=rules.segment_slices.output.segmentations,
    output:
        folder=directory("<results>/overlays/{patient}"),
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


# What Snakemake says of its jobs is long: where the results lie stands after it.
onsuccess:
    for line in ending(RESULTS):
        print(line, file=sys.stderr)
