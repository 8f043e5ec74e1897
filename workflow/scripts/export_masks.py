from oneclick.engine.job import job

with job(snakemake.log[0], f"export_masks {snakemake.wildcards.method}"):
    from oneclick.data.scan_masks import export_masks
    from oneclick.engine.patient_files import of_each

    params, patients = snakemake.params, snakemake.params.patients
    export_masks(
        folds_csv=snakemake.input.folds,
        segmentations_npy=snakemake.input.segmentations,
        slices_csvs=of_each(patients, params.tables),
        grid_jsons=of_each(patients, params.grids),
        pet_paths=dict(zip(patients, params.scans, strict=True)),
        mask_paths=dict(zip(patients, snakemake.output, strict=True)),
    )
