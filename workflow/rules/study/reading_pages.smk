# The pages of a reader study, one a reader: make reader-study. No part of all: they hold scans, and take packages of JavaScript.
READING = config.get("reader_study", {})
# Whose scans are in the pages: the practice case and all who are read
READ = (
    [
        *filter(None, [READING["practice"]]),
        *read_patients(PATIENTS, READING["patients"], READING["practice"], config["seed"]),
    ]
    if READING
    else []
)
# What readers are shown if they are to see an answer: the first method with a network that was made without them
ANSWERS = [
    name
    for name, row in config["methods"].items()
    if "network" in row and not any(map(is_readers, (config["networks"][row["network"]]["clicks"], row.get("keep", "none"))))
][: bool(READING.get("show_answer"))]
ANSWERING = [config["methods"][method]["network"] for method in ANSWERS]
if "reader_study" in sys.argv:
    if not READING:
        wrong = "there is no such section; write in it who reads which patients (docs/how-to/reader-study.md)"
        cannot_start("The reader study", f"reader_study: {wrong}")
    if READING["show_answer"] and not ANSWERS:
        wrong = (
            "reader_study.show_answer: no method has a network that was made without readers; add one, or set it to false"
        )
        cannot_start("The reader study", UserError(wrong))


rule reader_study:
    input:
        expand("<results>/readers/pages/{reader}.html", reader=reader_codes(READING) if READING else []),


rule reading_page:
    input:
        PAGE_CODE,
        ancient("<results>/verified"),
        # functions, for no other job needs to look for these scans
        lambda _: [path for patient in READ for path in partners(SCANS.at[patient, "pet"])],
        installed("onnxruntime-web/dist/ort.wasm.bundle.min.mjs", "reader-study") if ANSWERS else [],
        page_html=f"{PAGE}/page.html",
        page_css=f"{PAGE}/page.css",
        main_js=f"{PAGE}/view/{'answered_reader' if ANSWERS else 'reader'}.js",
        esbuild=installed("@esbuild/*/bin/esbuild", "reader-study"),
        cases_json="<results>/readers/cases/{reader}.json",
        pets=lambda _: [path for path in SCANS.loc[READ, "pet"] if present(path)],
        settings_json="<results>/settings.json" if ANSWERS else [],
        thresholds_csv="<results>/thresholds.csv" if ANSWERS else [],
        models=[path for network in ANSWERING for path in of_folds(f"<results>/models/{network}/fold-{{fold}}.onnx")],
        runtime_wasm=(installed("onnxruntime-web/dist/ort-wasm-simd-threaded.wasm", "reader-study") if ANSWERS else []),
    output:
        reading_html="<results>/readers/pages/{reader}.html",
    log:
        "<logs>/reading_page/{reader}.log",
    benchmark:
        "<logs>/reading_page/{reader}.tsv"
    conda:
        "../../../envs/network.yaml"
    resources:
        mem_mb=memory(700, 5),
        runtime=minutes(10, 0.1),
    params:
        patients=READ,
        method=ANSWERS[0] if ANSWERS else None,
        encodings={network: encoding_of(config["networks"][network]) for network in ANSWERING},
        code=script_digest("reading_page"),
    script:
        "../../scripts/reading_page.py"
