from oneclick.job import job

with job(snakemake.log[0], f"segment_classical {snakemake.wildcards.method}"):
    from oneclick.classical import write_segmentations

    files, patients = snakemake.input, snakemake.params.patients
    write_segmentations(
        folds_csv=files.folds,
        slices_npys=dict(zip(patients, files.slices, strict=True)),
        slices_csvs=dict(zip(patients, files.tables, strict=True)),
        grid_jsons=dict(zip(patients, files.grids, strict=True)),
        clicks_npys=dict(zip(patients, files.clicks, strict=True)),
        method=snakemake.params.method,
        connectivity=snakemake.params.connectivity,
        segmentations_npy=snakemake.output[0],
    )
