from oneclick.engine.job import job

with job(snakemake.log[0], "verify") as say:
    from oneclick.data.scans import Source
    from oneclick.data.verification import write_verification

    write_verification(
        list(snakemake.params.patients),
        pets=list(snakemake.params.pets),
        masks=list(snakemake.params.masks),
        source=Source(labels=snakemake.params.labels, roi=snakemake.params.roi),
        size=snakemake.params.size,
        spacing=snakemake.params.spacing,
        n_folds=snakemake.params.n_folds,
        csv=snakemake.output[0],
        say=say,
        workers=snakemake.threads,
    )
