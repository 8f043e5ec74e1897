from oneclick.job import job

with job(snakemake.log[0], f"clicks {snakemake.wildcards.kind}"):
    from oneclick.clicks import Rules, write_clicks

    files, made, params = snakemake.input, snakemake.output, snakemake.params
    rules = Rules(**{name: params[name] for name in Rules.__dataclass_fields__ if params[name] is not None})
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
            rules=rules,
            clicks_npy=matrices,
            clicks_csv=clicks,
        )
