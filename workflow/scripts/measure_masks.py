from oneclick.job import job

with job(snakemake.log[0], f"measure_masks {snakemake.wildcards.method}") as say:
    from oneclick.measures import write_measures

    files, patients = snakemake.input, snakemake.params.patients
    write_measures(
        snakemake.wildcards.method,
        folds_csv=files.folds,
        segmentations_npy=files.segmentations,
        slices_npys=dict(zip(patients, files.slices, strict=True)),
        masks_npys=dict(zip(patients, files.masks, strict=True)),
        slices_csvs=dict(zip(patients, files.tables, strict=True)),
        grid_jsons=dict(zip(patients, files.grids, strict=True)),
        tolerance_mm=snakemake.params.tolerance_mm,
        measures_csv=snakemake.output[0],
        say=say,
    )
