from oneclick.engine.job import job

with job(snakemake.log[0], "example_slices"):
    from oneclick.engine.patient_files import of_each
    from oneclick.report.example_slices import write_example_slices

    files, params = snakemake.input, snakemake.params
    slices, masks, tables = (of_each(params.patients, path) for path in (params.slices, params.masks, params.tables))
    write_example_slices(
        files.scores,
        files.folds,
        preprocessed={patient: (slices[patient], masks[patient], tables[patient]) for patient in params.patients},
        segmentations=dict(zip(params.methods, files.segmentations, strict=True)),
        png=snakemake.output.png,
        svg=snakemake.output.svg,
        oracles=params.oracles,
        phantom=params.phantom,
    )
