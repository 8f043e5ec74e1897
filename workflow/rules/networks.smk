# Train each network on each fold, predict all slices with it, and find its threshold.
rule train:
    input:
        folds=f"{RESULTS}/folds.csv",
        slices=of_all_patients("slices.npy"),
        masks=of_all_patients("masks.npy"),
        clicks=clicks_of_network,
    output:
        model=f"{RESULTS}/models/{{network}}/fold-{{fold}}.keras",
        history=f"{RESULTS}/models/{{network}}/fold-{{fold}}/history.csv",
    params:
        patients=PATIENTS,
        seed=config["seed"],
        epochs=config["training"]["epochs"],
        batch_size=config["training"]["batch_size"],
        learning_rate=config["training"]["learning_rate"],
        output=config["training"]["output"],
        validation_fraction=config["training"]["validation_fraction"],
        validation_split=config["training"]["validation_split"],
        early_stopping=config["training"]["early_stopping"],
        code=script_digest("train"),
    log:
        f"{LOGS}/train/{{network}}/fold-{{fold}}.log",
    benchmark:
        f"{LOGS}/train/{{network}}/fold-{{fold}}.tsv"
    threads: share_of_cores(len(NETWORKS) * len(FOLDS))
    resources:
        mem_mb=4000,
        runtime=240,
    conda:
        "../../envs/network.yaml"
    script:
        "../scripts/train.py"


rule predict:
    input:
        folds=f"{RESULTS}/folds.csv",
        slices=of_all_patients("slices.npy"),
        clicks=clicks_of_network,
        models=expand(f"{RESULTS}/models/{{{{network}}}}/fold-{{fold}}.keras", fold=FOLDS),
    output:
        test=expand(f"{RESULTS}/predictions/{{{{network}}}}/fold-{{fold}}/test.npy", fold=FOLDS),
        train=expand(f"{RESULTS}/predictions/{{{{network}}}}/fold-{{fold}}/train.npy", fold=FOLDS),
    params:
        patients=PATIENTS,
        folds=FOLDS,
        code=script_digest("predict"),
    log:
        f"{LOGS}/predict/{{network}}.log",
    benchmark:
        f"{LOGS}/predict/{{network}}.tsv"
    threads: share_of_cores(len(NETWORKS))
    resources:
        mem_mb=4000,
        runtime=30,
    conda:
        "../../envs/network.yaml"
    script:
        "../scripts/predict.py"


rule threshold:
    input:
        folds=f"{RESULTS}/folds.csv",
        masks=of_all_patients("masks.npy"),
        train=rules.predict.output.train,
    output:
        f"{RESULTS}/thresholds/{{network}}.csv",
    params:
        patients=PATIENTS,
        folds=FOLDS,
        both_empty=config["scores"]["both_empty"],
        code=script_digest("threshold"),
    log:
        f"{LOGS}/threshold/{{network}}.log",
    benchmark:
        f"{LOGS}/threshold/{{network}}.tsv"
    resources:
        mem_mb=3000,
        runtime=10,
    conda:
        "../../envs/light.yaml"
    script:
        "../scripts/threshold.py"


rule thresholds:
    input:
        expand(f"{RESULTS}/thresholds/{{network}}.csv", network=NETWORKS),
    output:
        f"{RESULTS}/thresholds.csv",
    params:
        code=script_digest("concatenate"),
    log:
        f"{LOGS}/thresholds/thresholds.log",
    resources:
        mem_mb=500,
        runtime=5,
    conda:
        "../../envs/light.yaml"
    script:
        "../scripts/concatenate.py"
