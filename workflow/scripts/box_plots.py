from oneclick.engine.job import job

with job(snakemake):
    from oneclick.report.box_plots import write_box_plots

    write_box_plots(
        snakemake.input[0],
        png=snakemake.output.png,
        svg=snakemake.output.svg,
        oracles=snakemake.params.oracles,
        phantom=snakemake.params.phantom,
    )
