from oneclick.job import job

with job(snakemake.log[0], "verify") as say:
    from oneclick.verification import write_verification

    write_verification(
        list(snakemake.params.patients),
        pets=list(snakemake.params.pets),
        masks=list(snakemake.params.masks),
        n_folds=snakemake.params.n_folds,
        csv=snakemake.output[0],
        say=say,
        workers=snakemake.threads,
    )
