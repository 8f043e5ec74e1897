# The study's scans, masks and folds in the layouts of other tools: snakemake export.
NNUNET = "<results>/export/nnunet/Dataset001_oneclick"
HECKTOR = "<results>/export/hecktor"


rule export:
    input:
        expand(f"{NNUNET}/labelsTr/{{patient}}.nii.gz", patient=PATIENTS),
        expand(f"{HECKTOR}/{{patient}}/{{patient}}.nii.gz", patient=PATIENTS),
        f"{NNUNET}/dataset.json",


rule export_scan:
    input:
        ancient("<results>/verified"),
        unpack(scans_in(SCANS)),
    output:
        pets=[f"{NNUNET}/imagesTr/{{patient}}_0000.nii.gz", f"{HECKTOR}/{{patient}}/{{patient}}__PT.nii.gz"],
        masks=[f"{NNUNET}/labelsTr/{{patient}}.nii.gz", f"{HECKTOR}/{{patient}}/{{patient}}.nii.gz"],
    log:
        "<logs>/export_scan/{patient}.log",
    benchmark:
        "<logs>/export_scan/{patient}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(300, 10),
        runtime=minutes(10),
    params:
        labels=lambda wildcards: labels_of(wildcards.patient),
        code=script_digest("export_scan"),
    script:
        "../../scripts/export_scan.py"


rule export_tables:
    input:
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
        folds_csv="<results>/folds.csv",
    output:
        dataset_json=f"{NNUNET}/dataset.json",
        splits_json=f"{NNUNET}/splits_final.json",
        exported_csv="<results>/export/slices.csv",
    log:
        "<logs>/export_tables/export_tables.log",
    benchmark:
        "<logs>/export_tables/export_tables.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(5, 5),
    params:
        code=script_digest("export_tables"),
    script:
        "../../scripts/export_tables.py"
