# Finished methods clicked with other kinds of click: snakemake cross.
rule cross:
    input:
        "<results>/tables/cross.html",


rule cross_table:
    input:
        answers("cross"),
    output:
        table="<results>/tables/cross.csv",
        page=report(
            "<results>/tables/cross.html",
            caption="../../report/cross.rst",
            category="Beyond the paper",
            labels={"table": "Clicked with other kinds of click"},
        ),
        png=report(
            "<results>/figures/cross.png",
            caption="../../report/cross.rst",
            category="Beyond the paper",
            labels={"figure": "Clicked with other kinds of click"},
        ),
        svg="<results>/figures/cross.svg",
    log:
        "<logs>/cross_table/cross_table.log",
    benchmark:
        "<logs>/cross_table/cross_table.tsv"
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
