from oneclick.job import job

with job(snakemake.log[0], "offset_pictures"):
    from oneclick.offsetpictures import write_offset_pictures
    from oneclick.paths import of_each

    params, out, patients = snakemake.params, snakemake.output, snakemake.params.patients
    write_offset_pictures(
        snakemake.input.answers,
        slices_npys=of_each(patients, params.slices),
        masks_npys=of_each(patients, params.masks),
        slices_csvs=of_each(patients, params.tables),
        grid_jsons=of_each(patients, params.grids),
        clicks_npys={method: of_each(patients, path) for method, path in params.clicks.items()},
        png=out.png,
        svg=out.svg,
        oracles=params.oracles,
        phantom=params.phantom,
    )
