from oneclick.job import job

with job(snakemake.log[0], f"segment_classical {snakemake.wildcards.method}"):
    from oneclick.classical import write_segmentations
    from oneclick.paths import of_each

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
