# What a real click is, and what it is worth: snakemake readers. Of the files that came back from a reader study.
SIMULATED = any(map(is_simulated, READERS))
WHOSE = "simulated" if SIMULATED else "real"
WORTH = BY_SLICE and bool(CLICKED)
if "readers" in sys.argv and not READERS:
    needed = "give reader_study, and clicks.readers once readers have read (docs/how-to/reader-study.md)"
    cannot_start("This study", f"readers: this study has no clicks of readers; {needed}")
WHO_WAS_READ = (
    read_patients(PATIENTS, *(config["reader_study"][key] for key in ("patients", "practice")), config["seed"])
    if READERS
    else []
)


rule readers:
    input:
        "<results>/tables/readers.html",


rule reader_places:
    input:
        lambda _: [path for patient in WHO_WAS_READ for path in partners(*SCANS.loc[patient])],
        readings_csvs=expand("<results>/readers/readings/{reader}.csv", reader=READERS),
        clicks_csvs=expand("<results>/readers/clicks/{reader}.csv", reader=READERS),
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
        # functions, for no other job needs to look for these scans
        pets=lambda _: [path for path in SCANS.loc[WHO_WAS_READ, "pet"] if present(path)],
        scan_masks=lambda _: [path for path in SCANS.loc[WHO_WAS_READ, "mask"] if present(path)],
    output:
        places_csv="<results>/readers/places.csv",
        targets_csv="<results>/readers/targets.csv",
    log:
        "<logs>/reader_places/reader_places.log",
    benchmark:
        "<logs>/reader_places/reader_places.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(400, 1),
        runtime=minutes(30, 0.1),
    params:
        patients=WHO_WAS_READ,
        labels=[labels_of(patient) for patient in WHO_WAS_READ],
        asked=config.get("reader_study", {}).get("clicks"),
        connectivity=config["clicks"]["connectivity"],
        code=script_digest("reader_places"),
    script:
        "../../scripts/reader_places.py"


rule reader_tables:
    input:
        places_csv="<results>/readers/places.csv",
        targets_csv="<results>/readers/targets.csv",
        readings_csvs=expand("<results>/readers/readings/{reader}.csv", reader=READERS),
    output:
        table_csv="<results>/tables/readers.csv",
        variance_csv="<results>/tables/readers_variance.csv",
        measured_yaml="<results>/readers/measured.yaml",
    log:
        "<logs>/reader_tables/reader_tables.log",
    benchmark:
        "<logs>/reader_tables/reader_tables.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(500, 50),
        runtime=minutes(30),
    params:
        asked=config.get("reader_study", {}).get("clicks"),
        simulated=SIMULATED,
        seed=config["seed"],
        code=script_digest("reader_tables"),
    script:
        "../../scripts/reader_tables.py"


# Finished methods clicked by readers, beside simulated clicks
rule reader_worth:
    input:
        answers_csvs=answers("readers") if WORTH else [],
        readings_csvs=expand("<results>/readers/readings/{reader}.csv", reader=READERS),
    output:
        worth_csv="<results>/tables/readers_worth.csv",
        pairs_csv="<results>/tables/readers_pairs.csv",
    log:
        "<logs>/reader_worth/reader_worth.log",
    benchmark:
        "<logs>/reader_worth/reader_worth.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 10),
        runtime=minutes(30),
    params:
        made_for=kinds_of_methods(CLICKED),
        simulated=SIMULATED,
        seed=config["seed"],
        code=script_digest("reader_worth"),
    script:
        "../../scripts/reader_worth.py"


rule reader_page:
    input:
        places_csv="<results>/readers/places.csv",
        targets_csv="<results>/readers/targets.csv",
        readings_csvs=expand("<results>/readers/readings/{reader}.csv", reader=READERS),
        table_csv="<results>/tables/readers.csv",
        variance_csv="<results>/tables/readers_variance.csv",
        worth_csv="<results>/tables/readers_worth.csv" if WORTH else [],
        pairs_csv="<results>/tables/readers_pairs.csv" if WORTH else [],
    output:
        html=in_report(
            "<results>/tables/readers.html",
            "Beyond the paper",
            shown=bool(READERS) and ASKED,
            table=f"What a {WHOSE} click is",
        ),
        png=in_report(
            "<results>/figures/readers.png",
            "Beyond the paper",
            shown=bool(READERS) and ASKED,
            figure=f"What a {WHOSE} click is",
        ),
        svg="<results>/figures/readers.svg",
    log:
        "<logs>/reader_page/reader_page.log",
    benchmark:
        "<logs>/reader_page/reader_page.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 10),
        runtime=minutes(10),
    params:
        made_for=kinds_of_methods(CLICKED),
        asked=config.get("reader_study", {}).get("clicks"),
        simulated=SIMULATED,
        notices={**NOTICES, **(HUMAN if WORTH else {})},
        code=script_digest("reader_page"),
    script:
        "../../scripts/reader_page.py"
