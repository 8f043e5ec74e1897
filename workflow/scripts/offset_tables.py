from oneclick.engine.job import job

with job(snakemake):
    from oneclick.questions.offsets.figure import write_offset_tables

    out = snakemake.output
    write_offset_tables(
        snakemake.input,
        snakemake.params.methods,
        snakemake.params.seed,
        curves_csv=out.curves,
        in_radii_csv=out.in_radii,
        radii_csv=out.radii,
        html=out.page,
        png=out.png,
        svg=out.svg,
        oracles=snakemake.params.oracles,
        phantom=snakemake.params.phantom,
    )
