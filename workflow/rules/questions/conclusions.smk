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
        rules.cohort_map.output if POINTS else [],
        "<results>/tables/conclusions.html",


rule conclusions:
    input:
        margins="<results>/tables/cohort_map_margins.csv" if POINTS else [],
        methods="<results>/tables/by_patient_methods.csv",
        pairs="<results>/tables/by_patient_pairs.csv",
        claims="<results>/tables/claims.csv",
        cross="<results>/tables/cross.csv",
        offsets="<results>/tables/offsets.csv",
        radii="<results>/tables/safe_radius.csv",
        walk="<results>/tables/walk.csv",
    output:
        csv="<results>/tables/conclusions.csv",
        html=in_report(
            "<results>/tables/conclusions.html",
            "Conclusions",
            shown=WALKED and ASKED,
            page="What a click is worth, in six sentences",
        ),
    log:
        "<logs>/conclusions/conclusions.log",
    benchmark:
        "<logs>/conclusions/conclusions.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(5),
    params:
        classical=list(CLASSICAL),
        usual=USUAL,
        notices=NOTICES,
        code=script_digest("conclusions"),
    script:
        "../../scripts/conclusions.py"
