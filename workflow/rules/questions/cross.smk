# Finished methods clicked with other kinds of click: snakemake cross.
rule cross:
    input:
        "<results>/tables/cross.html",


rule cross_table:
    input:
        answers_csvs=answers("cross"),
    output:
        table_csv="<results>/tables/cross.csv",
        html=in_report(
            "<results>/tables/cross.html",
            "Beyond the paper",
            shown=CLICKED and ASKED,
            table="Clicked with other kinds of click",
        ),
        png=in_report(
            "<results>/figures/cross.png",
            "Beyond the paper",
            shown=CLICKED and ASKED,
            figure="Clicked with other kinds of click",
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
        made_for=kinds_of_methods(CLICKED),
        seed=config["seed"],
        notices={"phantom": PHANTOM, **(HUMAN if "human" in cross_kinds(config) else {})},
        code=script_digest("cross_table"),
    script:
        "../../scripts/cross_table.py"
