from oneclick.engine.job import job

with job(snakemake):
    from oneclick.engine.patient_files import of_each
    from oneclick.questions.offsets.pictures import write_offset_pictures

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
