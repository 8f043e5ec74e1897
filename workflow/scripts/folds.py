from oneclick.job import job

with job(snakemake.log[0], "folds") as say:
    from oneclick.splits import write_folds

    write_folds(
        dict(zip(snakemake.params.patients, snakemake.input, strict=True)),
        given=snakemake.params.given,
        n_folds=snakemake.params.n_folds,
        seed=snakemake.params.seed,
        folds_csv=snakemake.output[0],
        say=say,
    )
