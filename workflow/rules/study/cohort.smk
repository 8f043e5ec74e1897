# The patients' scans: simulated, or the user's own, DICOM converted; all read and checked before anything is computed.
if PHANTOM:

    rule phantom:
        output:
            pet=f"{MADE}/{{patient}}/pet.nii.gz",
            mask=f"{MADE}/{{patient}}/mask.nii.gz",
        log:
            f"{LOGS}/phantom/{{patient}}.log",
        benchmark:
            f"{LOGS}/phantom/{{patient}}.tsv"
        conda:
            "../../../envs/light.yaml"
        resources:
            mem_mb=memory(500),
            runtime=minutes(10),
        params:
            seed=config["seed"],
            matrix=config["cohort"]["phantom"]["matrix"],
            slices=config["cohort"]["phantom"]["slices"],
            traits={trait: config["cohort"]["phantom"][trait] for trait in TRAITS},
            code=script_digest("phantom"),
        script:
            "../../scripts/phantom.py"

elif CONVERTED:

    rule convert:
        input:
            pet=scan_of("pet", COHORT),
            mask=scan_of("mask", COHORT),
            partners=lambda wildcards: partners(*COHORT.loc[wildcards.patient, ["pet", "mask"]]),
        output:
            pet=f"{MADE}/{{patient}}/pet.nii.gz",
            mask=f"{MADE}/{{patient}}/mask.nii.gz",
        log:
            f"{LOGS}/convert/{{patient}}.log",
        benchmark:
            f"{LOGS}/convert/{{patient}}.tsv"
        conda:
            "../../../envs/dicom.yaml"
        resources:
            mem_mb=memory(600),
            runtime=minutes(10),
        params:
            labels=config["cohort"]["labels"],
            roi=config["cohort"]["roi"],
            code=script_digest("convert"),
        script:
            "../../scripts/convert.py"


rule verify:
    input:
        # a function, for no other job needs to look for all scans
        lambda wildcards: [*filter(None, map(present, PETS + MASKS)), *partners(*PETS, *MASKS)],
    output:
        f"{RESULTS}/verification.csv",
    log:
        f"{LOGS}/verify/verify.log",
    benchmark:
        f"{LOGS}/verify/verify.tsv"
    # All scans are checked before anything is computed from one: this job goes first and takes all cores. It is no input of
    # other jobs, for then another patient's scan, or an edit of a check, would rerun them.
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
        pets=per_patient(PETS),
        masks=per_patient(MASKS),
        patients=per_patient(PATIENTS),
        labels=config["cohort"]["labels"],
        roi=config["cohort"]["roi"],
        size=config["preprocess"]["size"],
        spacing=config["preprocess"]["spacing"],
        n_folds=config["folds"],
        code=script_digest("verify"),
    script:
        "../../scripts/verify.py"
