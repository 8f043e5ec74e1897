# The study's scans, masks and folds in the layouts of other tools: snakemake export.
NNUNET = f"{RESULTS}/export/nnunet/Dataset001_oneclick"
HECKTOR = f"{RESULTS}/export/hecktor"


rule export:
    input:
        of_patients(f"{NNUNET}/labelsTr/{{patient}}.nii.gz"),
        of_patients(f"{HECKTOR}/{{patient}}/{{patient}}.nii.gz"),
        f"{NNUNET}/dataset.json",


rule export_scan:
    input:
        pet=scan_of("pet"),
        mask=scan_of("mask"),
        partners=partners_of,
    output:
        pets=[f"{NNUNET}/imagesTr/{{patient}}_0000.nii.gz", f"{HECKTOR}/{{patient}}/{{patient}}__PT.nii.gz"],
        masks=[f"{NNUNET}/labelsTr/{{patient}}.nii.gz", f"{HECKTOR}/{{patient}}/{{patient}}.nii.gz"],
    log:
        f"{LOGS}/export_scan/{{patient}}.log",
    benchmark:
        f"{LOGS}/export_scan/{{patient}}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(300, 10),
        runtime=minutes(10),
    params:
        labels=labels_of,
        code=script_digest("export_scan"),
    script:
        "../../scripts/export_scan.py"


rule export_tables:
    input:
        folds=FOLDS_CSV,
    output:
        dataset=f"{NNUNET}/dataset.json",
        splits=f"{NNUNET}/splits_final.json",
        slices=f"{RESULTS}/export/slices.csv",
    log:
        f"{LOGS}/export_tables/export_tables.log",
    benchmark:
        f"{LOGS}/export_tables/export_tables.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(5, 5),
    params:
        patients=per_patient(PATIENTS),
        tables=of_each("slices.csv"),
        code=script_digest("export_tables"),
    script:
        "../../scripts/export_tables.py"
