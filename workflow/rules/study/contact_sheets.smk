# Contact sheets: scans and masks of all patients as small pictures, before anything is computed and after the prediction.
SCAN_SHEETS = expand("<results>/contact_sheets/scans-{page}.png", page=PAGES)
PREDICTION_SHEETS = expand("<results>/contact_sheets/predictions-{page}.png", page=PAGES)


wildcard_constraints:
    page="[0-9]+",


# The check of all scans, without anything of the study: snakemake check.
rule check:
    input:
        "<results>/verification.csv",
        SCAN_SHEETS,


rule scan_sheet:
    input:
        files_of_page,
        verification_csv="<results>/verification.csv",
    output:
        png=sheet_in_report("<results>/contact_sheets/scans-{page}.png", "PET and true masks"),
    log:
        "<logs>/scan_sheet/{page}.log",
    benchmark:
        "<logs>/scan_sheet/{page}.tsv"
    # After the check, before what takes long: whoever looks on sees a flipped mask in the first minutes.
    priority: 50
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(600, 2),
        runtime=minutes(10, 0.1),
    params:
        patients=lambda wildcards: PAGES[wildcards.page],
        scans=lambda wildcards: [(*SCANS.loc[patient], labels_of(patient)) for patient in PAGES[wildcards.page]],
        page=lambda wildcards: (int(wildcards.page), len(PAGES)),
        phantom=PHANTOM,
        code=script_digest("scan_sheet"),
    script:
        "../../scripts/scan_sheet.py"


rule prediction_sheet:
    input:
        **STACK,
        verification_csv="<results>/verification.csv",
        scores_csv="<results>/scores.csv",
        segmentations=expand("<results>/segmentations/{method}.npy", method=METHODS),
    output:
        png=sheet_in_report("<results>/contact_sheets/predictions-{page}.png", "True and predicted masks"),
    log:
        "<logs>/prediction_sheet/{page}.log",
    benchmark:
        "<logs>/prediction_sheet/{page}.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(400, 0.5),
        runtime=minutes(10),
    params:
        patients=lambda wildcards: PAGES[wildcards.page],
        methods={method: {network_clicks(method), kept_clicks(method)} != {"none"} for method in METHODS},
        page=lambda wildcards: (int(wildcards.page), len(PAGES)),
        notices=NOTICES,
        code=script_digest("prediction_sheet"),
    script:
        "../../scripts/prediction_sheet.py"
