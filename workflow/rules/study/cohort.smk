# The patients' scans: simulated, or the user's own, DICOM converted; all read and checked before anything is computed.
if PHANTOM:

    rule phantom:
        output:
            pet="<results>/cohort/{patient}/pet.nii.gz",
            mask="<results>/cohort/{patient}/mask.nii.gz",
        log:
            "<logs>/phantom/{patient}.log",
        benchmark:
            "<logs>/phantom/{patient}.tsv"
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
            ancient("<results>/verified"),
            unpack(scans_in(COHORT)),
        output:
            pet_nifti="<results>/cohort/{patient}/pet.nii.gz",
            mask_nifti="<results>/cohort/{patient}/mask.nii.gz",
        log:
            "<logs>/convert/{patient}.log",
        benchmark:
            "<logs>/convert/{patient}.tsv"
        conda:
            "../../../envs/dicom.yaml"
        resources:
            mem_mb=memory(600),
            runtime=minutes(10),
        params:
            source=lambda wildcards: source_of(wildcards.patient),
            code=script_digest("convert"),
        script:
            "../../scripts/convert.py"


rule verify:
    input:
        # a function, for no other job needs to look for all scans
        lambda wildcards: [
            path
            for pet, mask in zip(COHORT["pet"], COHORT["mask"])
            for path in [*filter(None, [present(pet), present(mask)]), *partners(pet, mask)]
        ],
    output:
        csv="<results>/verification.csv",
    log:
        "<logs>/verify/verify.log",
    benchmark:
        "<logs>/verify/verify.tsv"
    # First, so that nobody waits to hear what is wrong; it stays wrong.
    priority: 100
    retries: 0
    conda:
        "../../../envs/dicom.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(1500),
        runtime=minutes(10, 0.005),
    params:
        # also of files that are missing
        patients=PATIENTS,
        pets=list(COHORT["pet"]),
        masks=list(COHORT["mask"]),
        labels=list(COHORT["labels"]),
        roi=list(COHORT["roi"]),
        slicing={key: config["preprocess"][key] for key in ("size", "spacing", "resize_mask", "min_positive")},
        n_folds=config["folds"],
        code=script_digest("verify"),
    script:
        "../../scripts/verify.py"


# Jobs that read scans have this file as an ancient() input: all scans are checked before anything is computed from one, and
# another patient's scan, or an edit of a check, reruns nothing but the check. They do not have the table itself, since
# Snakemake compares a file with all inputs of the job that makes it, once for each job that has it as input.
localrules:
    verified,


rule verified:
    input:
        "<results>/verification.csv",
    output:
        touch("<results>/verified"),
