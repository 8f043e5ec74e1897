from oneclick.job import job

with job(snakemake.log[0], "folds"):
    from oneclick.splits import write_folds

    write_folds(
        list(snakemake.input),
        given=snakemake.params.given,
        n_folds=snakemake.params.n_folds,
        seed=snakemake.params.seed,
        folds_csv=snakemake.output[0],
    )
