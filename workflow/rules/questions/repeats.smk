# How far medians depend on initial weights: all trainings done training.seeds times. A part of the study with more than one.
# Classical methods have no network and nothing to train again.
TRAINED_METHODS = [method for method in METHODS if "network" in config["methods"][method]]
# Said before the study is trained rather than after.
if "seeds" in sys.argv and len(SEEDS) == 1:
    cannot_start("This study", "training.seeds is 1, and one training has no spread; set it to 3 or more")


rule seeds:
    input:
        "<results>/tables/seeds.html",


rule scores_of_seeds:
    input:
        [f"<results>/scores/{numbered(method, seed)}.csv" for method in TRAINED_METHODS for seed in SEEDS],
    output:
        "<results>/scores_of_seeds.csv",
    log:
        "<logs>/scores_of_seeds/scores_of_seeds.log",
    benchmark:
        "<logs>/scores_of_seeds/scores_of_seeds.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100, 5),
        runtime=minutes(5),
    params:
        code=script_digest("with_seeds"),
    script:
        "../../scripts/with_seeds.py"


rule thresholds_of_seeds:
    input:
        [f"<results>/thresholds/{numbered(network, seed)}.csv" for network in NETWORKS for seed in SEEDS],
    output:
        "<results>/thresholds_of_seeds.csv",
    log:
        "<logs>/thresholds_of_seeds/thresholds_of_seeds.log",
    benchmark:
        "<logs>/thresholds_of_seeds/thresholds_of_seeds.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        code=script_digest("with_seeds"),
    script:
        "../../scripts/with_seeds.py"


rule seed_tables:
    input:
        scores="<results>/scores_of_seeds.csv",
        thresholds="<results>/thresholds_of_seeds.csv",
    output:
        medians="<results>/tables/seeds.csv",
        pairs="<results>/tables/seeds_pairs.csv",
        page=report(
            "<results>/tables/seeds.html",
            caption="../../report/seeds.rst",
            category="Beyond the paper",
            labels={"table": "Trained again from other initial weights"},
        ),
        png=report(
            "<results>/figures/seeds.png",
            caption="../../report/seeds.rst",
            category="Beyond the paper",
            labels={"figure": "Trained again from other initial weights"},
        ),
        svg="<results>/figures/seeds.svg",
    log:
        "<logs>/seed_tables/seed_tables.log",
    benchmark:
        "<logs>/seed_tables/seed_tables.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 20),
        runtime=minutes(10),
    params:
        oracles=ORACLES,
        phantom=PHANTOM,
        code=script_digest("seed_tables"),
    script:
        "../../scripts/seed_tables.py"
