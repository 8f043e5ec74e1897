from oneclick.engine.job import job

with job(snakemake):
    from oneclick.report.flowchart import write_flowchart

    write_flowchart(
        snakemake.params.networks,
        snakemake.params.methods,
        png=snakemake.output.png,
        svg=snakemake.output.svg,
        oracles=snakemake.params.oracles,
    )
