from oneclick.engine.job import job

with job(snakemake.log[0], f"segment_classical {snakemake.wildcards.method}"):
    from oneclick.engine.patient_files import of_each
    from oneclick.methods.classical import write_segmentations

    params, patients = snakemake.params, snakemake.params.patients
    write_segmentations(
        folds_csv=snakemake.input.folds,
        slices_npys=of_each(patients, params.slices),
        slices_csvs=of_each(patients, params.tables),
        grid_jsons=of_each(patients, params.grids),
        clicks_npys=of_each(patients, params.clicks),
        method=params.method,
        connectivity=params.connectivity,
        segmentations_npy=snakemake.output[0],
    )
