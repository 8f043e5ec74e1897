from oneclick.engine.job import job

with job(snakemake):
    from oneclick.common.rows import concatenate

    concatenate(list(snakemake.input), snakemake.output[0])
