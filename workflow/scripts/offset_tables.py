from oneclick.job import job

with job(snakemake.log[0], "offset_tables"):
    from oneclick.offsetfigure import write_offset_tables

    out = snakemake.output
    write_offset_tables(
        snakemake.input,
        snakemake.params.seed,
        curves_csv=out.curves,
        radii_csv=out.radii,
        html=out.page,
        png=out.png,
        svg=out.svg,
        oracles=snakemake.params.oracles,
        phantom=snakemake.params.phantom,
    )
