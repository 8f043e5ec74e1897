# Seconds against accuracy: snakemake effort. A study's scores with and without clicks, on every slice or one per lesion.
rule effort:
    input:
        "<results>/tables/effort.html",


rule effort_tables:
    input:
        scores="<results>/scores.csv",
        lesions=expand("<results>/walk/lesions/{method}.csv", method=WALKED),
        slices=expand("<results>/walk/slices/{method}.csv", method=WALKED),
        # of any kind: each has one click per component
        clicks=made_for(KINDS[:1]),
    output:
        table="<results>/tables/effort.csv",
        page=report(
            "<results>/tables/effort.html",
            caption="../../report/effort.rst",
            category="Beyond the paper",
            labels={"table": "Seconds against accuracy"},
        ),
        png=report(
            "<results>/figures/effort.png",
            caption="../../report/effort.rst",
            category="Beyond the paper",
            labels={"figure": "Seconds against accuracy"},
        ),
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
        patients=per_patient(PATIENTS),
        clicks=for_each(f"<results>/clicks/{KINDS[0]}/{{patient}}.csv" if KINDS else None),
        clicked=CLICKED,
        effort=config["effort"],
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("effort_tables"),
    script:
        "../../scripts/effort_tables.py"
