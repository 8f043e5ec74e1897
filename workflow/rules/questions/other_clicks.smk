# Methods of a finished study asked with clicks elsewhere; the questions are offsets, cross and misses.
# One job for all methods of a network, so that each slice is predicted once with the same clicks.
rule other_clicks:
    input:
        **STACK,
        folds_csv="<results>/folds.csv",
        thresholds_csv="<results>/thresholds/{network}.csv",
        # What a network without clicks predicted need not be predicted again.
        models=lambda wildcards: of_folds("<results>/models/{network}/fold-{fold}.onnx") if sees_clicks(wildcards) else [],
        predictions=lambda wildcards: (
            [] if sees_clicks(wildcards) else of_folds("<results>/predictions/{network}/fold-{fold}.npy")
        ),
        clicks_npys=lambda wildcards: list(map(clicks, kinds_asked(wildcards))),
    output:
        answers_csv="<results>/{question}/{network}.csv",
    log:
        "<logs>/other_clicks/{question}/{network}.log",
    benchmark:
        "<logs>/other_clicks/{question}/{network}.tsv"
    wildcard_constraints:
        question=one_of(QUESTIONS),
        network=one_of(NETWORKS),
    conda:
        "../../../envs/network.yaml"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(300, 1),
        runtime=minutes(60, 0.5),
    params:
        settings=lambda wildcards: QUESTIONS[wildcards.question],
        kinds=kinds_asked,
        methods=lambda wildcards: {method: config["methods"][method] for method in methods_asked(wildcards)},
        network_clicks=lambda wildcards: settings_of_network(wildcards.network)["clicks"],
        encoding=lambda wildcards: encoding_of(settings_of_network(wildcards.network)),
        connectivity=config["clicks"]["connectivity"],
        both_empty=config["scores"]["both_empty"],
        code=script_digest("other_clicks"),
    script:
        "../../scripts/other_clicks.py"


# The same of a classical method.
rule other_clicks_classical:
    input:
        **STACK,
        folds_csv="<results>/folds.csv",
        clicks_npys=lambda wildcards: list(map(clicks, kinds_asked(wildcards))),
    output:
        answers_csv="<results>/{question}/classical/{method}.csv",
    log:
        "<logs>/other_clicks_classical/{question}/{method}.log",
    benchmark:
        "<logs>/other_clicks_classical/{question}/{method}.tsv"
    wildcard_constraints:
        question=one_of(QUESTIONS),
        method=one_of(CLASSICAL),
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200, 1),
        runtime=minutes(60, 0.5),
    params:
        settings=lambda wildcards: QUESTIONS[wildcards.question],
        kinds=kinds_asked,
        method=lambda wildcards: config["methods"][wildcards.method],
        connectivity=config["clicks"]["connectivity"],
        both_empty=config["scores"]["both_empty"],
        code=script_digest("other_clicks_classical"),
    script:
        "../../scripts/other_clicks_classical.py"
