from oneclick.job import job

with job(snakemake.log[0], f"clicks {snakemake.wildcards.kind}"):
    from oneclick.clicks import write_clicks

    files, made, params = snakemake.input, snakemake.output, snakemake.params
    images = files.slices or [None] * len(params.patients)
    paths = zip(params.patients, files.masks, images, files.tables, files.grids, made.matrices, made.tables, strict=True)
    for patient, masks, slices, table, grid, matrices, clicks in paths:
        write_clicks(
            patient,
            masks_npy=masks,
            slices_npy=slices,
            slices_csv=table,
            grid_json=grid,
            kind=snakemake.wildcards.kind,
            seed=params.seed,
            connectivity=params.connectivity,
            center_rule=params.center_rule,
            clicks_npy=matrices,
            clicks_csv=clicks,
        )
