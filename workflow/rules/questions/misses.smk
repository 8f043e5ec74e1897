# Finished methods clicked far from the tumour: snakemake misses.
rule misses:
    input:
        "<results>/tables/misses.html",


rule miss_table:
    input:
        answers_csvs=answers("misses"),
    output:
        table_csv="<results>/tables/misses.csv",
        html=in_report("<results>/tables/misses.html", "Beyond the paper", shown=CLICKED and ASKED, table="Clicks that miss"),
        png=in_report("<results>/figures/misses.png", "Beyond the paper", shown=CLICKED and ASKED, figure="Clicks that miss"),
        svg="<results>/figures/misses.svg",
    log:
        "<logs>/miss_table/miss_table.log",
    benchmark:
        "<logs>/miss_table/miss_table.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        made_for=kinds_of_methods(CLICKED),
        seed=config["seed"],
        notices={"phantom": PHANTOM},
        code=script_digest("miss_table"),
    script:
        "../../scripts/miss_table.py"
