from oneclick.job import job

with job(snakemake.log[0], f"export_masks {snakemake.wildcards.method}"):
    from oneclick.export import export_masks

    patients = snakemake.params.patients
    export_masks(
        folds_csv=snakemake.input.folds,
        segmentations_npy=snakemake.input.segmentations,
        slices_csvs=dict(zip(patients, snakemake.input.tables, strict=True)),
        grid_jsons=dict(zip(patients, snakemake.input.grids, strict=True)),
        pet_paths=dict(zip(patients, snakemake.input.scans, strict=True)),
        mask_paths=dict(zip(patients, snakemake.output, strict=True)),
    )
