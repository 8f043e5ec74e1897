# Train each network on each fold, predict all slices with it, and find its threshold.
# Which run of several to use is for the training to see. Of each, a network of its own, it trains one as if there were no other.
TRAINING = config["training"] | ({"runs": 1, "use": "sound"} if config["training"]["use"] == "each" else {})


rule train:
    input:
        slices_npy=STACK["slices_npy"],
        masks_npy=STACK["masks_npy"],
        slices_csv=STACK["slices_csv"],
        folds_csv="<results>/folds.csv",
        clicks_npy=clicks_of_network,
    output:
        model_keras="<results>/models/{network}/fold-{fold}.keras",
        model_onnx="<results>/models/{network}/fold-{fold}.onnx",
        history_csv="<results>/models/{network}/fold-{fold}/history.csv",
        warnings_csv="<results>/warnings/train/{network}/fold-{fold}.csv",
    log:
        "<logs>/train/{network}/fold-{fold}.log",
    benchmark:
        "<logs>/train/{network}/fold-{fold}.tsv"
    conda:
        "../../../envs/network.yaml"
    # Sums of floats depend on the number of threads, and so do weights and outputs: one, unless a profile says otherwise.
    threads: 1
    resources:
        # TensorFlow and the ONNX converter take 1000 MB, slices held in memory up to 134 MB, each pixel of a batch 1.3 KB.
        mem_mb=memory(1150 + 0.0013 * TRAINING["batch_size"] * config["preprocess"]["size"] ** 2),
        runtime=minutes(15, 0.02 * TRAINING["epochs"] * (TRAINING["runs"] if TRAINING["use"] == "best" else 1)),
    params:
        settings=TRAINING,
        seed=config["seed"],
        both_empty=config["scores"]["both_empty"] if TRAINING["use"] == "best" else None,
        code=script_digest("train_best") if TRAINING["use"] == "best" else script_digest("train"),
    # To choose the best run takes more code, of which edits rerun no other training.
    script:
        "../../scripts/train_best.py" if TRAINING["use"] == "best" else "../../scripts/train.py"


rule predict:
    input:
        slices_npy=STACK["slices_npy"],
        clicks_npy=clicks_of_network,
        models=of_folds("<results>/models/{network}/fold-{fold}.onnx"),
    output:
        predictions=of_folds("<results>/predictions/{network}/fold-{fold}.npy"),
    log:
        "<logs>/predict/{network}.log",
    benchmark:
        "<logs>/predict/{network}.tsv"
    # First, for jobs of one thread can run beside one another later, but none beside this one.
    priority: 1
    conda:
        "../../../envs/network.yaml"
    # Each slice is computed by one thread, so their number changes nothing but the time.
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(500),
        runtime=minutes(10, 0.2),
    params:
        code=script_digest("predict"),
    script:
        "../../scripts/predict.py"


rule threshold:
    input:
        slices_csv=STACK["slices_csv"],
        folds_csv="<results>/folds.csv",
        masks_npy=STACK["masks_npy"],
        predictions=of_folds("<results>/predictions/{network}/fold-{fold}.npy"),
    output:
        thresholds_csv="<results>/thresholds/{network}.csv",
        warnings_csv="<results>/warnings/threshold/{network}.csv",
    log:
        "<logs>/threshold/{network}.log",
    benchmark:
        "<logs>/threshold/{network}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(250, 1),
        runtime=minutes(10, 0.05),
    params:
        both_empty=config["scores"]["both_empty"],
        code=script_digest("threshold"),
    script:
        "../../scripts/threshold.py"


rule thresholds:
    input:
        expand("<results>/thresholds/{network}.csv", network=NETWORKS),
    output:
        "<results>/thresholds.csv",
    log:
        "<logs>/thresholds/thresholds.log",
    benchmark:
        "<logs>/thresholds/thresholds.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        code=script_digest("concatenate"),
    script:
        "../../scripts/concatenate.py"


# The settings that these networks were trained with, and the pixels that they saw, for those who use them on new patients.
rule settings:
    input:
        "<results>/thresholds.csv",
        [path for network in NETWORKS for path in of_folds(f"<results>/models/{network}/fold-{{fold}}.onnx")],
        slices_csv=STACK["slices_csv"],
        grids_json=STACK["grids_json"],
    output:
        "<results>/settings.json",
    log:
        "<logs>/settings/settings.log",
    benchmark:
        "<logs>/settings/settings.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        # without paths and names of patients, which are of no use to others
        config={
            key: value | {"readers": None} if key == "clicks" else value
            for key, value in config.items()
            if key not in ("cohort", "results", "given_folds", "reader_study")
        },
        phantom=PHANTOM,
        code=script_digest("settings"),
    script:
        "../../scripts/settings.py"
