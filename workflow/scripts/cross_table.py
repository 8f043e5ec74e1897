from oneclick.engine.job import job

with job(snakemake):
    from oneclick.questions.cross.figure import write_cross_table

    params, out = snakemake.params, snakemake.output
    write_cross_table(
        snakemake.input, params.kinds, params.seed, out.table, out.page, out.png, out.svg, phantom=params.phantom
    )
