from oneclick.engine.job import job

with job(snakemake.log[0], f"clicks {snakemake.wildcards.kind}"):
    from oneclick.clicks.simulated import Rules, write_clicks
    from oneclick.engine.patient_files import of_each

    params, made = snakemake.params, snakemake.output
    rules = Rules(**{name: params[name] for name in Rules.__dataclass_fields__ if params[name] is not None})
    slices, masks, tables, grids = (
        of_each(params.patients, path) for path in (params.slices, params.masks, params.tables, params.grids)
    )
    for patient, matrices, clicks in zip(params.patients, made.matrices, made.tables, strict=True):
        write_clicks(
            patient,
            masks_npy=masks[patient],
            slices_npy=slices[patient],
            slices_csv=tables[patient],
            grid_json=grids[patient],
            kind=snakemake.wildcards.kind,
            rules=rules,
            clicks_npy=matrices,
            clicks_csv=clicks,
        )
