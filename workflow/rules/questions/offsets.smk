# How far off a click may be: snakemake offsets. Finished networks on moved clicks; no part of a study without being asked for.
rule offsets:
    input:
        f"{RESULTS}/tables/offsets.html",
        f"{RESULTS}/figures/offset_maps.png",
        lambda wildcards: [
            first_or_lost(of_patients(f"{RESULTS}/offsets/maps/{method}/{{patient}}.nii.gz")) for method in CLICKED
        ],


rule offset_tables:
    input:
        answers("offsets"),
    output:
        curves=f"{RESULTS}/tables/offsets.csv",
        in_radii=f"{RESULTS}/tables/offsets_radii.csv",
        radii=f"{RESULTS}/tables/safe_radius.csv",
        page=report(
            f"{RESULTS}/tables/offsets.html",
            caption="../../report/offsets.rst",
            category="Beyond the paper",
            labels={"table": "How far off a click may be"},
        ),
        png=report(
            f"{RESULTS}/figures/offsets.png",
            caption="../../report/offsets.rst",
            category="Beyond the paper",
            labels={"figure": "How far off a click may be"},
        ),
        svg=f"{RESULTS}/figures/offsets.svg",
    log:
        f"{LOGS}/offset_tables/offset_tables.log",
    benchmark:
        f"{LOGS}/offset_tables/offset_tables.tsv"
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
        of_patients(f"{RESULTS}/offsets/maps/{{method}}/{{patient}}.nii.gz"),
    log:
        f"{LOGS}/offset_maps/{{method}}.log",
    benchmark:
        f"{LOGS}/offset_maps/{{method}}.tsv"
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
            f"{RESULTS}/figures/offset_maps.png",
            caption="../../report/offset_maps.rst",
            category="Beyond the paper",
            labels={"figure": "Where around a tumour a click may lie"},
        ),
        svg=f"{RESULTS}/figures/offset_maps.svg",
    log:
        f"{LOGS}/offset_pictures/offset_pictures.log",
    benchmark:
        f"{LOGS}/offset_pictures/offset_pictures.tsv"
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
