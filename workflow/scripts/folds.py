from oneclick.engine.job import job

with job(snakemake.log[0], "folds") as say:
    from oneclick.data.folds import count_slices, read_counts, write_folds
    from oneclick.engine.patient_files import of_each

    files, params = snakemake.input, snakemake.params
    write_folds(
        read_counts(files.counts) | count_slices(of_each(params.joined, params.tables)),
        given=params.given,
        n_folds=params.n_folds,
        seed=params.seed,
        folds_csv=snakemake.output[0],
        say=say,
    )
