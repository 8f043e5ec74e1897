# What stands when all that was measured in a patient counts as one cluster.
rule by_patient:
    input:
        scores=f"{RESULTS}/scores.csv",
    output:
        methods=f"{RESULTS}/tables/by_patient_methods.csv",
        pairs=f"{RESULTS}/tables/by_patient_pairs.csv",
        claims=f"{RESULTS}/tables/claims.csv",
        page=report(
            f"{RESULTS}/tables/by_patient.html",
            caption="../../report/by_patient.rst",
            category="Tables",
            labels={"table": "4  By patients; the paper's claims"},
        ),
    log:
        f"{LOGS}/by_patient/by_patient.log",
    benchmark:
        f"{LOGS}/by_patient/by_patient.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(250, 20),
        runtime=minutes(10, 5),
    params:
        seed=config["seed"],
        oracles=ORACLES,
        phantom=PHANTOM,
        measure=MEASURE,
        cases=CASES,
        classical=list(CLASSICAL),
        code=script_digest("by_patient"),
    script:
        "../../scripts/by_patient.py"


# The same in words, tables and figures for a paper of one's own.
rule write_up:
    input:
        scores=f"{RESULTS}/scores.csv",
        methods=f"{RESULTS}/tables/by_patient_methods.csv",
        pairs=f"{RESULTS}/tables/by_patient_pairs.csv",
    output:
        markdown=f"{RESULTS}/tables/statistics.md",
        latex=f"{RESULTS}/tables/statistics.tex",
        medians=report(
            f"{RESULTS}/figures/medians.png",
            caption="../../report/medians.rst",
            category="Figures",
            labels={"figure": "5  Medians by patients"},
        ),
        medians_svg=f"{RESULTS}/figures/medians.svg",
        medians_pdf=f"{RESULTS}/figures/medians.pdf",
        differences=report(
            f"{RESULTS}/figures/differences.png",
            caption="../../report/differences.rst",
            category="Figures",
            labels={"figure": "6  Differences by patients"},
        ),
        differences_svg=f"{RESULTS}/figures/differences.svg",
        differences_pdf=f"{RESULTS}/figures/differences.pdf",
    log:
        f"{LOGS}/write_up/write_up.log",
    benchmark:
        f"{LOGS}/write_up/write_up.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 20),
        runtime=minutes(5, 1),
    params:
        seed=config["seed"],
        oracles=ORACLES,
        phantom=PHANTOM,
        measure=MEASURE,
        cases=CASES,
        code=script_digest("write_up"),
    script:
        "../../scripts/write_up.py"
