# The paper's tables 1 to 3 with the paper's values beside ours, and the page of what was run.
rule tables:
    input:
        scores_csv="<results>/scores.csv",
        thresholds_csv="<results>/thresholds.csv" if NETWORKS else [],
    output:
        median_dice_csv="<results>/tables/median_dice.csv",
        wilcoxon_csv="<results>/tables/wilcoxon.csv",
        f_test_csv="<results>/tables/f_test.csv",
        median_dice_html=in_report("<results>/tables/median_dice.html", "Tables", table="1  Median Dice"),
        wilcoxon_html=in_report("<results>/tables/wilcoxon.html", "Tables", table="2  Wilcoxon tests"),
        f_test_html=in_report("<results>/tables/f_test.html", "Tables", table="3  F-tests of variances"),
        scores_html=in_report("<results>/tables/scores.html", "Scores", table="Dice per slice"),
    log:
        "<logs>/tables/tables.log",
    benchmark:
        "<logs>/tables/tables.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(200, 20),
        runtime=minutes(10),
    params:
        networks={method: network_of(method) for method in METHODS},
        notices=NOTICES,
        code=script_digest("tables"),
    script:
        "../../scripts/tables.py"


# What all jobs warned of; those of the study's networks also of runs that are networks of their own.
TRAINED = [numbered(network, run) for network in NETWORKS for run in RUNS]


rule gather_warnings:
    input:
        verification_csv="<results>/verification.csv",
        warnings_csvs=[
            "<results>/warnings/stack.csv",
            *expand("<results>/warnings/train/{network}/fold-{fold}.csv", network=TRAINED, fold=FOLDS),
            *expand("<results>/warnings/threshold/{network}.csv", network=TRAINED),
            *expand("<results>/warnings/readers/{reader}.csv", reader=READERS),
        ],
        scores_csv="<results>/scores.csv",
    output:
        csv="<results>/warnings.csv",
    log:
        "<logs>/gather_warnings/gather_warnings.log",
    benchmark:
        "<logs>/gather_warnings/gather_warnings.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(150, 10),
        runtime=minutes(5),
    params:
        code=script_digest("gather_warnings"),
    script:
        "../../scripts/gather_warnings.py"


rule run_page:
    input:
        folds_csv="<results>/folds.csv",
        verification_csv="<results>/verification.csv",
        warnings_csv="<results>/warnings.csv",
    output:
        csv="<results>/tables/run.csv",
        html=in_report("<results>/tables/run.html", "What was run", table="Settings, versions, counts"),
    log:
        "<logs>/run_page/run_page.log",
    benchmark:
        "<logs>/run_page/run_page.tsv"
    conda:
        "../../../envs/network.yaml"
    resources:
        mem_mb=memory(250),
        runtime=minutes(5),
    params:
        config=config,
        notices={"phantom": PHANTOM, "human": NOTICES.get("human", "")},
        code=script_digest("run_page"),
    script:
        "../../scripts/run_page.py"
