# All that the paper leaves open, and what it comes to in six sentences: snakemake beyond.
rule beyond:
    input:
        rules.all.input,
        rules.offsets.input,
        rules.cross.input,
        rules.misses.input,
        rules.measures.input,
        rules.walk.input,
        rules.effort.input,
        rules.map.input if POINTS else [],
        f"{RESULTS}/tables/conclusions.html",


rule conclusions:
    input:
        **({"margins": f"{RESULTS}/tables/map_margins.csv"} if POINTS else {}),
        methods=f"{RESULTS}/tables/by_patient_methods.csv",
        pairs=f"{RESULTS}/tables/by_patient_pairs.csv",
        claims=f"{RESULTS}/tables/claims.csv",
        cross=f"{RESULTS}/tables/cross.csv",
        offsets=f"{RESULTS}/tables/offsets.csv",
        radii=f"{RESULTS}/tables/safe_radius.csv",
        walk=f"{RESULTS}/tables/walk.csv",
    output:
        table=f"{RESULTS}/tables/conclusions.csv",
        text=f"{RESULTS}/tables/conclusions.rst",
        page=report(
            f"{RESULTS}/tables/conclusions.html",
            caption="../../report/conclusions.rst",
            category="Conclusions",
            labels={"page": "What a click is worth, in six sentences"},
        ),
    log:
        f"{LOGS}/conclusions/conclusions.log",
    benchmark:
        f"{LOGS}/conclusions/conclusions.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(5),
    params:
        classical=list(CLASSICAL),
        oracles=ORACLES,
        usual=POINTS[0].study["cohort"]["phantom"] if POINTS else {},
        phantom=PHANTOM,
        code=script_digest("conclusions"),
    script:
        "../../scripts/conclusions.py"
