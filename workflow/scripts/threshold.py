from oneclick.engine.job import job

with job(snakemake.log[0], f"threshold {snakemake.wildcards.network}") as say:
    from oneclick.engine.patient_files import of_each
    from oneclick.networks.thresholds import write_thresholds

    write_thresholds(
        snakemake.wildcards.network,
        folds_csv=snakemake.input.folds,
        masks_npys=of_each(snakemake.params.patients, snakemake.params.masks),
        train_npys=dict(zip(snakemake.params.folds, snakemake.input.train, strict=True)),
        both_empty=snakemake.params.both_empty,
        thresholds_csv=snakemake.output[0],
        say=say,
    )
