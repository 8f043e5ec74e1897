from oneclick.engine.job import job

network, fold = snakemake.wildcards.network, int(snakemake.wildcards.fold)
with job(snakemake.log[0], f"best_run {network} fold {fold}") as say:
    from oneclick.engine.patient_files import of_each
    from oneclick.networks.best_run import choose

    files, out, patients = snakemake.input, snakemake.output, snakemake.params.patients
    choose(
        fold,
        folds_csv=files.folds,
        slices_npys=of_each(patients, snakemake.params.slices),
        masks_npys=of_each(patients, snakemake.params.masks),
        clicks_npys=of_each(patients, snakemake.params.clicks) if snakemake.params.clicks else None,
        runs=list(zip(files.models, files.onnx, files.histories, strict=True)),
        chosen=(out.model, out.onnx, out.history),
        both_empty=snakemake.params.both_empty,
        runs_csv=out.runs,
        say=say,
    )
