from oneclick.engine.job import job

with job(snakemake.log[0], f"predict {snakemake.wildcards.network}") as say:
    from oneclick.engine.patient_files import of_each
    from oneclick.networks.prediction import predict

    patients, folds = snakemake.params.patients, snakemake.params.folds
    predict(
        folds_csv=snakemake.input.folds,
        slices_npys=of_each(patients, snakemake.params.slices),
        clicks_npys=of_each(patients, snakemake.params.clicks) if snakemake.params.clicks else None,
        models=dict(zip(folds, snakemake.input.models, strict=True)),
        test_npys=dict(zip(folds, snakemake.output.test, strict=True)),
        train_npys=dict(zip(folds, snakemake.output.train, strict=True)),
        say=say,
        workers=snakemake.threads,
    )
