# The patients' scans: simulated, or the user's own; all read and checked before anything is computed.
if PHANTOM:

    rule phantom:
        output:
            pet=f"{RESULTS}/cohort/{{patient}}/pet.nii.gz",
            mask=f"{RESULTS}/cohort/{{patient}}/mask.nii.gz",
        log:
            f"{LOGS}/phantom/{{patient}}.log",
        benchmark:
            f"{LOGS}/phantom/{{patient}}.tsv"
        conda:
            "../../envs/light.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            seed=config["seed"],
            matrix=config["cohort"]["phantom"]["matrix"],
            slices=config["cohort"]["phantom"]["slices"],
            code=script_digest("phantom"),
        script:
            "../scripts/phantom.py"


rule verify:
    input:
        [present(path) for path in PETS + MASKS],
    output:
        f"{RESULTS}/verification.csv",
    log:
        f"{LOGS}/verify/verify.log",
    benchmark:
        f"{LOGS}/verify/verify.tsv"
    # All scans are checked before anything is computed from one: this job goes first and takes all cores. It is no input of
    # other jobs, for then another patient's scan, or an edit of a check, would rerun them.
    priority: 100
    conda:
        "../../envs/light.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        pets=PETS,
        masks=MASKS,
        patients=PATIENTS,
        n_folds=config["folds"],
        code=script_digest("verify"),
    script:
        "../scripts/verify.py"
