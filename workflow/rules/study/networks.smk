# Train each network on each fold, predict all slices with it, and find its threshold.
# With several to choose from (training.best_of) they lie in runs, the second as center.run2, until best_run has chosen one.
RUNS = ["", *(f".run{run}" for run in range(2, config["training"]["best_of"] + 1))]
TRAINED = f"{RESULTS}/models" if len(RUNS) == 1 else f"{RESULTS}/runs"


rule train:
    input:
        folds=config["frozen_folds"] or FOLDS_CSV,
        counts=COUNTS_CSV,
        joined=joined_of_training,
        clicks=clicks_made_of_training,
    output:
        model=f"{TRAINED}/{{network}}/fold-{{fold}}.keras",
        onnx=f"{TRAINED}/{{network}}/fold-{{fold}}.onnx",
        history=f"{TRAINED}/{{network}}/fold-{{fold}}/history.csv",
    log:
        f"{LOGS}/train/{{network}}/fold-{{fold}}.log",
    benchmark:
        f"{LOGS}/train/{{network}}/fold-{{fold}}.tsv"
    conda:
        "../../../envs/network.yaml"
    # Sums of floats depend on the number of threads, and so do weights and outputs: one, unless a profile says otherwise.
    threads: 1
    resources:
        # TensorFlow and the ONNX converter take 1000 MB, slices held in memory up to 134 MB, each pixel of a batch 1.3 KB.
        mem_mb=memory(1150 + 0.0013 * config["training"]["batch_size"] * config["preprocess"]["size"] ** 2),
        runtime=minutes(15, 0.02 * config["training"]["epochs"], of_all_patients("slices.npy", "masks.npy")),
    params:
        patients=trained_on,
        slices=of_each("slices.npy"),
        masks=of_each("masks.npy"),
        clicks=clicks_of_network,
        seed=config["seed"],
        epochs=config["training"]["epochs"],
        batch_size=config["training"]["batch_size"],
        learning_rate=config["training"]["learning_rate"],
        output=config["training"]["output"],
        validation_fraction=config["training"]["validation_fraction"],
        validation_split=config["training"]["validation_split"],
        early_stopping=config["training"]["early_stopping"],
        restarts=config["training"]["restarts"],
        precision=config["training"]["precision"],
        dropout=config["training"]["dropout"],
        crop=config["training"]["crop"],
        code=script_digest("train"),
    script:
        "../../scripts/train.py"


if len(RUNS) > 1:

    rule best_run:
        input:
            folds=config["frozen_folds"] or FOLDS_CSV,
            counts=COUNTS_CSV,
            joined=joined_of_training,
            clicks=clicks_made_of_training,
            models=[f"{TRAINED}/{{network}}{run}/fold-{{fold}}.keras" for run in RUNS],
            onnx=[f"{TRAINED}/{{network}}{run}/fold-{{fold}}.onnx" for run in RUNS],
            histories=[f"{TRAINED}/{{network}}{run}/fold-{{fold}}/history.csv" for run in RUNS],
        output:
            model=f"{RESULTS}/models/{{network}}/fold-{{fold}}.keras",
            onnx=f"{RESULTS}/models/{{network}}/fold-{{fold}}.onnx",
            history=f"{RESULTS}/models/{{network}}/fold-{{fold}}/history.csv",
            runs=f"{RESULTS}/models/{{network}}/fold-{{fold}}/runs.csv",
        log:
            f"{LOGS}/best_run/{{network}}/fold-{{fold}}.log",
        benchmark:
            f"{LOGS}/best_run/{{network}}/fold-{{fold}}.tsv"
        conda:
            "../../../envs/network.yaml"
        threads: 1
        resources:
            mem_mb=memory(500, 4, of_all_patients("slices.npy", "masks.npy")),
            runtime=minutes(10, 0.2, of_all_patients("slices.npy", "masks.npy")),
        params:
            patients=trained_on,
            slices=of_each("slices.npy"),
            masks=of_each("masks.npy"),
            clicks=clicks_of_network,
            both_empty=config["scores"]["both_empty"],
            code=script_digest("best_run"),
        script:
            "../../scripts/best_run.py"


rule predict:
    input:
        folds=FOLDS_CSV,
        clicks=clicks_made_of_network,
        models=expand(f"{RESULTS}/models/{{{{network}}}}/fold-{{fold}}.onnx", fold=FOLDS),
        # Asked for, since Snakemake would take the networks of a study without a choice for chosen ones.
        runs=expand(f"{RESULTS}/models/{{{{network}}}}/fold-{{fold}}/runs.csv", fold=FOLDS if len(RUNS) > 1 else []),
    output:
        test=expand(f"{RESULTS}/predictions/{{{{network}}}}/fold-{{fold}}/test.npy", fold=FOLDS),
        train=expand(f"{RESULTS}/predictions/{{{{network}}}}/fold-{{fold}}/train.npy", fold=FOLDS),
    log:
        f"{LOGS}/predict/{{network}}.log",
    benchmark:
        f"{LOGS}/predict/{{network}}.tsv"
    # First, for jobs of one thread can run beside one another later, but none beside this one.
    priority: 1
    conda:
        "../../../envs/network.yaml"
    # Each slice is computed by one thread, so their number changes nothing but the time.
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(300, 5, of_all_patients("slices.npy")),
        runtime=minutes(10, 0.2, of_all_patients("slices.npy")),
    params:
        patients=per_patient(PATIENTS),
        slices=of_each("slices.npy"),
        clicks=clicks_of_network,
        folds=FOLDS,
        code=script_digest("predict"),
    script:
        "../../scripts/predict.py"


rule threshold:
    input:
        folds=FOLDS_CSV,
        train=rules.predict.output.train,
    output:
        f"{RESULTS}/thresholds/{{network}}.csv",
    log:
        f"{LOGS}/threshold/{{network}}.log",
    benchmark:
        f"{LOGS}/threshold/{{network}}.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(150, 2),
        runtime=minutes(10, 0.05),
    params:
        patients=per_patient(PATIENTS),
        masks=of_each("masks.npy"),
        folds=FOLDS,
        both_empty=config["scores"]["both_empty"],
        code=script_digest("threshold"),
    script:
        "../../scripts/threshold.py"


rule thresholds:
    input:
        expand(f"{RESULTS}/thresholds/{{network}}.csv", network=NETWORKS),
    output:
        f"{RESULTS}/thresholds.csv",
    log:
        f"{LOGS}/thresholds/thresholds.log",
    benchmark:
        f"{LOGS}/thresholds/thresholds.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        code=script_digest("concatenate"),
    script:
        "../../scripts/concatenate.py"


# The settings that these networks were trained with, for those who use them on new patients.
rule settings:
    input:
        f"{RESULTS}/thresholds.csv",
        expand(f"{RESULTS}/models/{{network}}/fold-{{fold}}.onnx", network=NETWORKS, fold=FOLDS),
    output:
        f"{RESULTS}/settings.json",
    log:
        f"{LOGS}/settings/settings.log",
    benchmark:
        f"{LOGS}/settings/settings.tsv"
    conda:
        "../../../envs/light.yaml"
    resources:
        mem_mb=memory(100),
        runtime=minutes(5),
    params:
        # without paths, which are of no use to others
        config={key: value for key, value in config.items() if key not in ("cohort", "results", "frozen_folds")},
        code=script_digest("settings"),
    script:
        "../../scripts/settings.py"
