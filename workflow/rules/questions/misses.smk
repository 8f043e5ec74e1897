# Finished methods clicked far from the tumour: snakemake misses.
rule misses:
    input:
        f"{RESULTS}/tables/misses.html",


rule miss_table:
    input:
        answers("misses"),
    output:
        table=f"{RESULTS}/tables/misses.csv",
        page=report(
            f"{RESULTS}/tables/misses.html",
            caption="../../report/misses.rst",
            category="Beyond the paper",
            labels={"table": "Clicks that miss"},
        ),
        png=report(
            f"{RESULTS}/figures/misses.png",
            caption="../../report/misses.rst",
            category="Beyond the paper",
            labels={"figure": "Clicks that miss"},
        ),
        svg=f"{RESULTS}/figures/misses.svg",
    log:
        f"{LOGS}/miss_table/miss_table.log",
    benchmark:
        f"{LOGS}/miss_table/miss_table.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        kinds=kinds_of_methods(CLICKED),
        seed=config["seed"],
        phantom=PHANTOM,
        code=script_digest("miss_table"),
    script:
        "../../scripts/miss_table.py"
