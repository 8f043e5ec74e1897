# How far medians depend on initial weights: snakemake repeats. A part of each study with training.use: each, where every run
# is a network of its own.
# Said before the study is trained rather than after.
if "repeats" in sys.argv and len(RUNS) == 1:
    why = "nothing is trained; add a network"
    if NETWORKS:
        given = "training: {{runs: {runs}, use: {use}}}".format(**config["training"])
        why = f"{given} gives no spread; set training: {{runs: 3, use: each}}"
    cannot_start("This study", f"repeats: {why}")


rule repeats:
    input:
        "<results>/tables/repeats.html",


# Scores of methods, or thresholds of networks, of all runs; classical methods have nothing to train again.
REPEATED = {"scores": [method for method in METHODS if method not in CLASSICAL], "thresholds": NETWORKS}


rule with_runs:
    input:
        lambda wildcards: [
            f"<results>/{wildcards.table}/{numbered(name, run)}.csv" for name in REPEATED[wildcards.table] for run in RUNS
        ],
    output:
        "<results>/{table}_of_runs.csv",
    log:
        "<logs>/with_runs/{table}.log",
    benchmark:
        "<logs>/with_runs/{table}.tsv"
    wildcard_constraints:
        table=one_of(REPEATED),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100, 5),
        runtime=minutes(5),
    params:
        code=script_digest("with_runs"),
    script:
        "../../scripts/with_runs.py"


rule repeat_tables:
    input:
        scores_csv="<results>/scores_of_runs.csv",
        thresholds_csv="<results>/thresholds_of_runs.csv",
    output:
        medians_csv="<results>/tables/repeats.csv",
        pairs_csv="<results>/tables/repeats_pairs.csv",
        html=in_report(
            "<results>/tables/repeats.html",
            "Beyond the paper",
            shown=len(RUNS) > 1,
            table="Trained again from other initial weights",
        ),
        png=in_report(
            "<results>/figures/repeats.png",
            "Beyond the paper",
            shown=len(RUNS) > 1,
            figure="Trained again from other initial weights",
        ),
        svg="<results>/figures/repeats.svg",
    log:
        "<logs>/repeat_tables/repeat_tables.log",
    benchmark:
        "<logs>/repeat_tables/repeat_tables.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 20),
        runtime=minutes(10),
    params:
        notices=NOTICES,
        code=script_digest("repeat_tables"),
    script:
        "../../scripts/repeat_tables.py"
