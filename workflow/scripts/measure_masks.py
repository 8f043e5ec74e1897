from oneclick.job import job

with job(snakemake.log[0], f"measure_masks {snakemake.wildcards.method}") as say:
    from oneclick.measures import write_measures
    from oneclick.paths import of_each

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
