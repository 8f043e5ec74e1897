# The paper's figures 1 to 3 and the loss curves.
rule flowchart:
    output:
        png=report(
            f"{RESULTS}/figures/flowchart.png",
            caption="../../report/flowchart.rst",
            category="Figures",
            labels={"figure": "1  Methods"},
        ),
        svg=f"{RESULTS}/figures/flowchart.svg",
    log:
        f"{LOGS}/flowchart/flowchart.log",
    benchmark:
        f"{LOGS}/flowchart/flowchart.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300),
        runtime=minutes(5),
    params:
        networks=config["networks"],
        methods=config["methods"],
        oracles=ORACLES,
        code=script_digest("flowchart"),
    script:
        "../../scripts/flowchart.py"


rule box_plots:
    input:
        f"{RESULTS}/scores.csv",
    output:
        png=report(
            f"{RESULTS}/figures/box_plots.png",
            caption="../../report/box_plots.rst",
            category="Figures",
            labels={"figure": "2  Box plots of Dice"},
        ),
        svg=f"{RESULTS}/figures/box_plots.svg",
    log:
        f"{LOGS}/box_plots/box_plots.log",
    benchmark:
        f"{LOGS}/box_plots/box_plots.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 20),
        runtime=minutes(5),
    params:
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("box_plots"),
    script:
        "../../scripts/box_plots.py"


rule example_slices:
    input:
        scores=f"{RESULTS}/scores.csv",
        folds=FOLDS_CSV,
        segmentations=expand(f"{RESULTS}/segmentations/{{method}}.npy", method=METHODS),
    output:
        png=report(
            f"{RESULTS}/figures/example_slices.png",
            caption="../../report/example_slices.rst",
            category="Figures",
            labels={"figure": "3  Four slices"},
        ),
        svg=f"{RESULTS}/figures/example_slices.svg",
    log:
        f"{LOGS}/example_slices/example_slices.log",
    benchmark:
        f"{LOGS}/example_slices/example_slices.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(400, 0.5),
        runtime=minutes(10),
    params:
        patients=per_patient(PATIENTS),
        slices=of_each("slices.npy"),
        masks=of_each("masks.npy"),
        tables=of_each("slices.csv"),
        methods=METHODS,
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("example_slices"),
    script:
        "../../scripts/example_slices.py"


rule loss_curves:
    input:
        expand(f"{RESULTS}/models/{{network}}/fold-{{fold}}/history.csv", network=NETWORKS, fold=FOLDS),
    output:
        png=report(
            f"{RESULTS}/figures/loss_curves.png",
            caption="../../report/loss_curves.rst",
            category="Figures",
            labels={"figure": "4  Loss curves"},
        ),
        svg=f"{RESULTS}/figures/loss_curves.svg",
    log:
        f"{LOGS}/loss_curves/loss_curves.log",
    benchmark:
        f"{LOGS}/loss_curves/loss_curves.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 5),
        runtime=minutes(5),
    params:
        # In the order of the inputs
        networks_and_folds=[[network, fold] for network in NETWORKS for fold in FOLDS],
        phantom=PHANTOM,
        code=script_digest("loss_curves"),
    script:
        "../../scripts/loss_curves.py"
