from oneclick.job import job

with job(snakemake.log[0], "offset_pictures"):
    from oneclick.offsetpictures import write_offset_pictures

    files, params, out = snakemake.input, snakemake.params, snakemake.output
    n = len(params.patients)
    write_offset_pictures(
        files.answers,
        slices_npys=dict(zip(params.patients, files.slices, strict=True)),
        masks_npys=dict(zip(params.patients, files.masks, strict=True)),
        slices_csvs=dict(zip(params.patients, files.tables, strict=True)),
        grid_jsons=dict(zip(params.patients, files.grids, strict=True)),
        clicks_npys={
            method: dict(zip(params.patients, files.clicks[n * k : n * k + n], strict=True))
            for k, method in enumerate(params.methods)
        },
        png=out.png,
        svg=out.svg,
        oracles=params.oracles,
        phantom=params.phantom,
    )
