from oneclick.engine.job import job

with job(snakemake):
    from oneclick.questions.misses.figure import write_miss_table

    params, out = snakemake.params, snakemake.output
    write_miss_table(
        snakemake.input, params.kinds, params.seed, out.table, out.page, out.png, out.svg, phantom=params.phantom
    )
