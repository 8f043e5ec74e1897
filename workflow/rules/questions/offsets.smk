# How far off a click may be: snakemake offsets. Finished networks on moved clicks; no part of a study without being asked for.
rule offsets:
    input:
        "<results>/tables/offsets.html",
        "<results>/figures/offset_maps.png",
        lambda wildcards: [
            first_or_lost(of_patients(f"<results>/offsets/maps/{method}/{{patient}}.nii.gz")) for method in CLICKED
        ],


rule offset_tables:
    input:
        answers("offsets"),
    output:
        curves="<results>/tables/offsets.csv",
        in_radii="<results>/tables/offsets_radii.csv",
        radii="<results>/tables/safe_radius.csv",
        page=report(
            "<results>/tables/offsets.html",
            caption="../../report/offsets.rst",
            category="Beyond the paper",
            labels={"table": "How far off a click may be"},
        ),
        png=report(
            "<results>/figures/offsets.png",
            caption="../../report/offsets.rst",
            category="Beyond the paper",
            labels={"figure": "How far off a click may be"},
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
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("offset_tables"),
    script:
        "../../scripts/offset_tables.py"


# The Dice that a click at each pixel around a method's click gives, on the patients' scans.
rule offset_maps:
    input:
        answers=lambda wildcards: answers_of("offsets", wildcards.method),
        clicks=lambda wildcards: made(clicks(moved_kind(wildcards.method))),
    output:
        of_patients("<results>/offsets/maps/{method}/{patient}.nii.gz"),
    log:
        "<logs>/offset_maps/{method}.log",
    benchmark:
        "<logs>/offset_maps/{method}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(250, 1),
        runtime=minutes(30, 0.1, SCANS["pet"]),
    params:
        patients=per_patient(PATIENTS),
        clicks=lambda wildcards: clicks(moved_kind(wildcards.method)),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        scans=per_patient(SCANS["pet"]),
        code=script_digest("offset_maps"),
    script:
        "../../scripts/offset_maps.py"


rule offset_pictures:
    input:
        answers=answers("offsets"),
        clicks=lambda wildcards: made_for([moved_kind(method) for method in CLICKED]),
    output:
        png=report(
            "<results>/figures/offset_maps.png",
            caption="../../report/offset_maps.rst",
            category="Beyond the paper",
            labels={"figure": "Where around a tumour a click may lie"},
        ),
        svg="<results>/figures/offset_maps.svg",
    log:
        "<logs>/offset_pictures/offset_pictures.log",
    benchmark:
        "<logs>/offset_pictures/offset_pictures.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(400, 1, of_all_patients("slices.npy")),
        runtime=minutes(10),
    params:
        patients=per_patient(PATIENTS),
        slices=of_each("slices.npy"),
        masks=of_each("masks.npy"),
        tables=of_each("slices.csv"),
        grids=of_each("grid.json"),
        clicks=lambda wildcards: {method: clicks(moved_kind(method)) for method in CLICKED},
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("offset_pictures"),
    script:
        "../../scripts/offset_pictures.py"
