# One HTML file on which people click, with the networks of the study: make click-page. No part of all, for it takes packages of
# JavaScript, which nobody needs who does not click.
from glob import glob

PAGE = os.path.relpath(ROOT / "workflow/click_page")
# The networks that the page's methods use
NETWORKS_OF_PAGE = [name for name in NETWORKS if name in {row.get("network") for row in config["methods"].values()}]


def installed(pattern):
    """Input function: a file of the installed packages of JavaScript. Without them the run ends here, before any job."""

    def found(wildcards):
        paths = sorted(glob(f"{PAGE}/node_modules/{pattern}"))
        if not paths:
            missing = "its packages of JavaScript are not installed here"
            cannot_start("The click page", UserError(f"{missing}; run make click-page STUDY=my-study.yaml, which does that once"))
        return paths[0]

    return found


def networks_of_page(wildcards):
    """Input function: all folds of one network after those of another."""
    if not NETWORKS_OF_PAGE:
        wrong = "no method of this study has a network, and a page runs nothing else; add one to methods"
        cannot_start("The click page", UserError(wrong))
    return [path for network in NETWORKS_OF_PAGE for path in of_folds(f"<results>/models/{network}/fold-{{fold}}.onnx")]


rule click_page:
    input:
        sorted(glob(f"{PAGE}/core/*.js") + glob(f"{PAGE}/view/*.js")),
        f"{PAGE}/package-lock.json",
        installed("onnxruntime-web/dist/ort.wasm.bundle.min.mjs"),
        page_html=f"{PAGE}/page.html",
        page_css=f"{PAGE}/page.css",
        main_js=f"{PAGE}/view/main.js",
        esbuild=installed("@esbuild/*/bin/esbuild"),
        runtime_wasm=installed("onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"),
        settings_json="<results>/settings.json",
        thresholds_csv="<results>/thresholds.csv",
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
        encodings={network: encoding_of(config["networks"][network]) for network in NETWORKS_OF_PAGE},
        code=script_digest("click_page"),
    script:
        "../../scripts/click_page.py"
