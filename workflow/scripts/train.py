from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.networks.backend import prepare_backend

    prepare_backend(snakemake.threads)
    from oneclick.data.rows import read_rows
    from oneclick.networks.best_run import TrainedFiles
    from oneclick.networks.inputs import InputFiles
    from oneclick.networks.training import Settings, train

    files, params = snakemake.input, snakemake.params
    train(
        snakemake.wildcards.network,
        int(snakemake.wildcards.fold),
        InputFiles(files.slices_npy, files.clicks_npy or None),
        files.masks_npy,
        read_rows(files.slices_csv, files.folds_csv),
        Settings(**params.settings),
        params.seed,
        params.code,
        TrainedFiles(**dict(snakemake.output.items())),
        params.both_empty,
        say,
    )
