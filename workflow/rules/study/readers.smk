# Clicks of readers: the order of each reader's cases, what came back, and what it is as a kind of click.
# What the page of a reader study embeds for a reader: snakemake results/readers/cases/R1.json
rule reader_cases:
    output:
        cases_json="<results>/readers/cases/{reader}.json",
    log:
        "<logs>/reader_cases/{reader}.log",
    benchmark:
        "<logs>/reader_cases/{reader}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        # not who the readers are: a further one changes nothing for the others
        settings={key: value for key, value in config.get("reader_study", {}).items() if key != "readers"},
        patients=PATIENTS,
        seed=config["seed"],
        code=script_digest("reader_cases"),
    script:
        "../../scripts/reader_cases.py"


rule read_reader:
    input:
        events_csv=lambda wildcards: READERS[wildcards.reader],
        cases_json="<results>/readers/cases/{reader}.json",
        grids_json=STACK["grids_json"],
    output:
        readings_csv="<results>/readers/readings/{reader}.csv",
        clicks_csv="<results>/readers/clicks/{reader}.csv",
        warnings_csv="<results>/warnings/readers/{reader}.csv",
    log:
        "<logs>/read_reader/{reader}.log",
    benchmark:
        "<logs>/read_reader/{reader}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(150, 5),
        runtime=minutes(5),
    params:
        code=script_digest("read_reader"),
    script:
        "../../scripts/read_reader.py"


rule reader_clicks:
    input:
        readings_csvs=lambda wildcards: of_readers(wildcards.kind, "readings"),
        clicks_csvs=lambda wildcards: of_readers(wildcards.kind, "clicks"),
        masks_npy=STACK["masks_npy"],
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
    output:
        clicks_csv="<results>/clicks/{kind}.csv",
    log:
        "<logs>/reader_clicks/{kind}.log",
    benchmark:
        "<logs>/reader_clicks/{kind}.tsv"
    wildcard_constraints:
        kind=one_of([kind for kind in ALL_KINDS if is_readers(kind)]),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200),
        runtime=minutes(10, 0.05),
    params:
        connectivity=config["clicks"]["connectivity"],
        seed=lambda wildcards: None if reader_of(wildcards.kind) else config["seed"],
        everybody=lambda wildcards: wildcards.kind in KINDS,
        code=script_digest("reader_clicks"),
    script:
        "../../scripts/reader_clicks.py"
