# One HTML file on which people click, with the networks of the study, or with others: make click-page. No part of all, for it
# takes packages of JavaScript, which nobody needs who does not click.
rule click_page:
    input:
        PAGE_CODE,
        installed("onnxruntime-web/dist/ort.wasm.bundle.min.mjs"),
        page_html=f"{PAGE}/page.html",
        page_css=f"{PAGE}/page.css",
        main_js=f"{PAGE}/view/main.js",
        esbuild=installed("@esbuild/*/bin/esbuild"),
        runtime_wasm=installed("onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"),
        settings_json=f"{MODELS}/settings.json",
        thresholds_csv=f"{MODELS}/thresholds.csv",
        models=networks_of_page,
    output:
        click_html="<results>/click.html",
    log:
        "<logs>/click_page/click_page.log",
    benchmark:
        "<logs>/click_page/click_page.tsv"
    conda:
        "../../../envs/network.yaml"
    resources:
        mem_mb=memory(250, 10),
        runtime=minutes(5),
    params:
        encodings={network: encoding_of(row) for network, row in NETWORKS_OF_PAGE.items()},
        code=script_digest("click_page"),
    script:
        "../../scripts/click_page.py"
