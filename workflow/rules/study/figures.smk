# The paper's figures 1 to 3 and the loss curves.
rule flowchart:
    output:
        png=in_report("<results>/figures/flowchart.png", "Figures", figure="1  Methods"),
        svg="<results>/figures/flowchart.svg",
    log:
        "<logs>/flowchart/flowchart.log",
    benchmark:
        "<logs>/flowchart/flowchart.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300),
        runtime=minutes(5),
    params:
        networks=config["networks"],
        methods=config["methods"],
        notices={"oracles": ORACLES, "drawn": DRAWN},
        code=script_digest("flowchart"),
    script:
        "../../scripts/flowchart.py"


rule box_plots:
    input:
        scores_csv="<results>/scores.csv",
    output:
        png=in_report("<results>/figures/box_plots.png", "Figures", figure="2  Box plots of Dice"),
        svg="<results>/figures/box_plots.svg",
    log:
        "<logs>/box_plots/box_plots.log",
    benchmark:
        "<logs>/box_plots/box_plots.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 20),
        runtime=minutes(5),
    params:
        notices=NOTICES,
        code=script_digest("box_plots"),
    script:
        "../../scripts/box_plots.py"


rule example_slices:
    input:
        **STACK,
        scores_csv="<results>/scores.csv",
        segmentations=expand("<results>/segmentations/{method}.npy", method=METHODS),
        clicks=expand("<results>/clicks/{kind}.csv", kind=KINDS),
    output:
        png=in_report("<results>/figures/example_slices.png", "Figures", figure="3  Four slices"),
        svg="<results>/figures/example_slices.svg",
    log:
        "<logs>/example_slices/example_slices.log",
    benchmark:
        "<logs>/example_slices/example_slices.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(400, 0.5),
        runtime=minutes(10),
    params:
        methods=METHODS,
        kinds=KINDS,
        kinds_of={method: sorted({network_clicks(method), kept_clicks(method)} - {"none"}) for method in METHODS},
        notices=NOTICES,
        code=script_digest("example_slices"),
    script:
        "../../scripts/example_slices.py"


rule loss_curves:
    input:
        histories=expand("<results>/models/{network}/fold-{fold}/history.csv", network=NETWORKS, fold=FOLDS),
    output:
        png=in_report("<results>/figures/loss_curves.png", "Figures", shown=NETWORKS, figure="4  Loss curves"),
        svg="<results>/figures/loss_curves.svg",
    log:
        "<logs>/loss_curves/loss_curves.log",
    benchmark:
        "<logs>/loss_curves/loss_curves.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(5),
    params:
        networks=NETWORKS,
        folds=FOLDS,
        runs=config["training"]["runs"],
        use=config["training"]["use"],
        notices={"phantom": PHANTOM},
        code=script_digest("loss_curves"),
    script:
        "../../scripts/loss_curves.py"
