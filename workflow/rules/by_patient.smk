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
            caption="../report/by_patient.rst",
            category="Tables",
            labels={"table": "4  By patients; the paper's claims"},
        ),
    log:
        f"{LOGS}/by_patient/by_patient.log",
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        seed=config["seed"],
        oracles=ORACLES,
        phantom=PHANTOM,
        measure=MEASURE,
        cases=CASES,
        code=script_digest("by_patient"),
    script:
        "../scripts/by_patient.py"


# The same in words and tables for a paper.
rule wording:
    input:
        methods=f"{RESULTS}/tables/by_patient_methods.csv",
        pairs=f"{RESULTS}/tables/by_patient_pairs.csv",
    output:
        markdown=f"{RESULTS}/tables/statistics.md",
        latex=f"{RESULTS}/tables/statistics.tex",
    log:
        f"{LOGS}/wording/wording.log",
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    params:
        seed=config["seed"],
        measure=MEASURE,
        cases=CASES,
        code=script_digest("wording"),
    script:
        "../scripts/wording.py"
