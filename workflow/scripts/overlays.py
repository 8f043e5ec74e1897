from oneclick.engine.job import job

with job(snakemake):
    from oneclick.segment.overlays import write_overlays

    write_overlays(
        snakemake.wildcards.patient,
        grid_json=snakemake.input.grid,
        slices_npy=snakemake.input.slices,
        matrices_npy=snakemake.input.matrices,
        slices_csv=snakemake.input.table,
        segmentations=dict(zip(snakemake.params.methods, snakemake.input.segmentations, strict=True)),
        folder=snakemake.output[0],
    )
