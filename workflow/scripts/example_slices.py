from oneclick.job import job

with job(snakemake.log[0], "example_slices"):
    from oneclick.figures import write_example_slices

    files, patients = snakemake.input, snakemake.params.patients
    write_example_slices(
        files.scores,
        files.folds,
        preprocessed=dict(zip(patients, zip(files.slices, files.masks, files.tables, strict=True), strict=True)),
        segmentations=dict(zip(snakemake.params.methods, files.segmentations, strict=True)),
        png=snakemake.output.png,
        svg=snakemake.output.svg,
        oracles=snakemake.params.oracles,
        phantom=snakemake.params.phantom,
    )
