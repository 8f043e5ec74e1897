# Seconds against accuracy: snakemake effort. A study's scores with and without clicks, on every slice or one per lesion.
rule effort:
    input:
        "<results>/tables/effort.html",


rule effort_tables:
    input:
        scores_csv="<results>/scores.csv",
        lesions_csvs=expand("<results>/walk/lesions/{method}.csv", method=WALKED),
        walked_csvs=expand("<results>/walk/slices/{method}.csv", method=WALKED),
        # of any kind: each has one click per component, but for readers, who may leave some out
        clicks_csv=next((f"<results>/clicks/{kind}.csv" for kind in sorted(KINDS, key=is_readers)), []),
    output:
        table_csv="<results>/tables/effort.csv",
        html=in_report("<results>/tables/effort.html", "Beyond the paper", shown=ASKED, table="Seconds against accuracy"),
        png=in_report("<results>/figures/effort.png", "Beyond the paper", shown=ASKED, figure="Seconds against accuracy"),
        svg="<results>/figures/effort.svg",
    log:
        "<logs>/effort_tables/effort_tables.log",
    benchmark:
        "<logs>/effort_tables/effort_tables.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        clicked=CLICKED,
        effort=config["effort"],
        notices=NOTICES,
        code=script_digest("effort_tables"),
    script:
        "../../scripts/effort_tables.py"
