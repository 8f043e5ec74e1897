from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.misses.figure import write_miss_table

    write_miss_table(**arguments(snakemake))
