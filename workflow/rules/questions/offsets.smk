# How far off a click may be: snakemake offsets. Finished networks on moved clicks; no part of a study without being asked for.
rule offsets:
    input:
        "<results>/tables/offsets.html",
        "<results>/figures/offset_maps.png",
        expand("<results>/offsets/maps/{method}", method=CLICKED),


rule offset_tables:
    input:
        answers_csvs=answers("offsets"),
    output:
        curves_csv="<results>/tables/offsets.csv",
        in_radii_csv="<results>/tables/offsets_radii.csv",
        radii_csv="<results>/tables/safe_radius.csv",
        html=in_report(
            "<results>/tables/offsets.html", "Beyond the paper", shown=CLICKED and ASKED, table="How far off a click may be"
        ),
        png=in_report(
            "<results>/figures/offsets.png",
            "Beyond the paper",
            shown=CLICKED and ASKED,
            figure="How far off a click may be",
        ),
        svg="<results>/figures/offsets.svg",
    log:
        "<logs>/offset_tables/offset_tables.log",
    benchmark:
        "<logs>/offset_tables/offset_tables.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(30),
    params:
        methods=CLICKED,
        seed=config["seed"],
        notices=NOTICES,
        code=script_digest("offset_tables"),
    script:
        "../../scripts/offset_tables.py"


# The Dice that a click at each pixel around a method's click gives, on the patients' scans.
rule offset_maps:
    input:
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
        answers_csv=lambda wildcards: answers_of("offsets", wildcards.method),
        clicks_npy=lambda wildcards: clicks(moved_kind(wildcards.method)),
    output:
        maps=directory("<results>/offsets/maps/{method}"),
    log:
        "<logs>/offset_maps/{method}.log",
    benchmark:
        "<logs>/offset_maps/{method}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(500, 1),
        runtime=minutes(30, 0.5),
    params:
        code=script_digest("offset_maps"),
    script:
        "../../scripts/offset_maps.py"


rule offset_pictures:
    input:
        **STACK,
        answers_csvs=answers("offsets"),
        clicks_npys=[clicks(moved_kind(method)) for method in CLICKED],
    output:
        png=in_report(
            "<results>/figures/offset_maps.png",
            "Beyond the paper",
            shown=CLICKED and ASKED,
            figure="Where around a tumour a click may lie",
        ),
        svg="<results>/figures/offset_maps.svg",
    log:
        "<logs>/offset_pictures/offset_pictures.log",
    benchmark:
        "<logs>/offset_pictures/offset_pictures.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(400, 1),
        runtime=minutes(10),
    params:
        methods=CLICKED,
        notices=NOTICES,
        code=script_digest("offset_pictures"),
    script:
        "../../scripts/offset_pictures.py"
