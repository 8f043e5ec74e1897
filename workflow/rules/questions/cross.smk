# Finished methods clicked with other kinds of click: snakemake cross.
rule cross:
    input:
        f"{RESULTS}/tables/cross.html",


rule cross_table:
    input:
        answers("cross"),
    output:
        table=f"{RESULTS}/tables/cross.csv",
        page=report(
            f"{RESULTS}/tables/cross.html",
            caption="../../report/cross.rst",
            category="Beyond the paper",
            labels={"table": "Clicked with other kinds of click"},
        ),
        png=report(
            f"{RESULTS}/figures/cross.png",
            caption="../../report/cross.rst",
            category="Beyond the paper",
            labels={"figure": "Clicked with other kinds of click"},
        ),
        svg=f"{RESULTS}/figures/cross.svg",
    log:
        f"{LOGS}/cross_table/cross_table.log",
    benchmark:
        f"{LOGS}/cross_table/cross_table.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        kinds=kinds_of_methods(CLICKED),
        seed=config["seed"],
        phantom=PHANTOM,
        code=script_digest("cross_table"),
    script:
        "../../scripts/cross_table.py"
