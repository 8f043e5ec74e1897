from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.networks.backend import prepare_backend

    prepare_backend(snakemake.threads)
    from oneclick.data.rows import read_rows
    from oneclick.networks.fit import Settings
    from oneclick.networks.inputs import InputFiles
    from oneclick.networks.trained_files import TrainedFiles
    from oneclick.networks.training import Training, train

    files, params, fold = snakemake.input, snakemake.params, int(snakemake.wildcards.fold)
    training = Training(snakemake.wildcards.network, fold, Settings(**params.settings), params.seed, params.code)
    inputs, rows = InputFiles(files.slices_npy, files.clicks_npy or None), read_rows(files.slices_csv, files.folds_csv)
    out = snakemake.output
    made = TrainedFiles(out.model_keras, out.model_onnx, out.history_csv)
    train(training, inputs, files.masks_npy, rows, made, say)
