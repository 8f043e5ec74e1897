# Finished networks clicked with other kinds of click (snakemake cross) and far from the tumour (snakemake misses).
rule cross:
    input:
        f"{RESULTS}/tables/cross.html",


rule misses:
    input:
        f"{RESULTS}/tables/misses.html",


rule cross_table:
    input:
        answers("cross"),
    output:
        table=f"{RESULTS}/tables/cross.csv",
        page=report(
            f"{RESULTS}/tables/cross.html",
            caption="../report/cross.rst",
            category="Beyond the paper",
            labels={"table": "Clicked with other kinds of click"},
        ),
        png=report(
            f"{RESULTS}/figures/cross.png",
            caption="../report/cross.rst",
            category="Beyond the paper",
            labels={"figure": "Clicked with other kinds of click"},
        ),
        svg=f"{RESULTS}/figures/cross.svg",
    log:
        f"{LOGS}/cross_table/cross_table.log",
    benchmark:
        f"{LOGS}/cross_table/cross_table.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        kinds=kinds_of_methods(CLICKED),
        seed=config["seed"],
        phantom=PHANTOM,
        code=script_digest("cross_table"),
    script:
        "../scripts/cross_table.py"


rule miss_table:
    input:
        answers("misses"),
    output:
        table=f"{RESULTS}/tables/misses.csv",
        page=report(
            f"{RESULTS}/tables/misses.html",
            caption="../report/misses.rst",
            category="Beyond the paper",
            labels={"table": "Clicks that miss"},
        ),
        png=report(
            f"{RESULTS}/figures/misses.png",
            caption="../report/misses.rst",
            category="Beyond the paper",
            labels={"figure": "Clicks that miss"},
        ),
        svg=f"{RESULTS}/figures/misses.svg",
    log:
        f"{LOGS}/miss_table/miss_table.log",
    benchmark:
        f"{LOGS}/miss_table/miss_table.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        kinds=kinds_of_methods(CLICKED),
        seed=config["seed"],
        phantom=PHANTOM,
        code=script_digest("miss_table"),
    script:
        "../scripts/miss_table.py"
