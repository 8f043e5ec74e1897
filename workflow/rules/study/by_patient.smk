# The methods compared by patients: all slices of a patient are one cluster.
rule by_patient:
    input:
        scores_csv="<results>/scores.csv",
    output:
        methods_csv="<results>/tables/by_patient_methods.csv",
        pairs_csv="<results>/tables/by_patient_pairs.csv",
        claims_csv=CLAIMS_CSV,
        html=in_report("<results>/tables/by_patient.html", "Tables", table="4  By patients; the paper's claims"),
    log:
        "<logs>/by_patient/by_patient.log",
    benchmark:
        "<logs>/by_patient/by_patient.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(250, 20),
        runtime=minutes(10, 5),
    params:
        seed=config["seed"],
        outcome=OUTCOME,
        notices=NOTICES,
        classical=list(CLASSICAL),
        code=script_digest("by_patient"),
    script:
        "../../scripts/by_patient.py"


# The same in words, tables and figures for a paper of one's own.
rule write_up:
    input:
        scores_csv="<results>/scores.csv",
        methods_csv="<results>/tables/by_patient_methods.csv",
        pairs_csv="<results>/tables/by_patient_pairs.csv",
    output:
        markdown_md="<results>/tables/statistics.md",
        latex_tex="<results>/tables/statistics.tex",
        medians=[
            in_report("<results>/figures/medians.png", "Figures", figure="5  Medians by patients"),
            "<results>/figures/medians.svg",
            "<results>/figures/medians.pdf",
        ],
        differences=[
            in_report("<results>/figures/differences.png", "Figures", figure="6  Differences by patients"),
            "<results>/figures/differences.svg",
            "<results>/figures/differences.pdf",
        ],
    log:
        "<logs>/write_up/write_up.log",
    benchmark:
        "<logs>/write_up/write_up.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 20),
        runtime=minutes(5, 1),
    params:
        seed=config["seed"],
        outcome=OUTCOME,
        notices=NOTICES,
        code=script_digest("write_up"),
    script:
        "../../scripts/write_up.py"
