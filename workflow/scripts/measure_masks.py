from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.engine.patient_files import of_each
    from oneclick.questions.measures.measure import write_measures

    files, params, patients = snakemake.input, snakemake.params, snakemake.params.patients
    write_measures(
        snakemake.wildcards.method,
        folds_csv=files.folds,
        segmentations_npy=files.segmentations,
        slices_npys=of_each(patients, params.slices),
        masks_npys=of_each(patients, params.masks),
        slices_csvs=of_each(patients, params.tables),
        grid_jsons=of_each(patients, params.grids),
        tolerance_mm=params.tolerance_mm,
        measures_csv=snakemake.output[0],
        say=say,
    )
