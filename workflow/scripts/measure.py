from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.segment.new_patient import measure

    methods = snakemake.params.methods
    measure(
        snakemake.wildcards.patient,
        pet_path=snakemake.input.pet,
        grid_json=snakemake.input.grid,
        slices_csv=snakemake.input.table,
        clicks_csv=snakemake.input.clicks,
        segmentations=dict(zip(methods, snakemake.input.segmentations, strict=True)),
        masks=dict(zip(methods, snakemake.output.masks, strict=True)),
        lesions_csv=snakemake.output.lesions,
        say=say,
    )
