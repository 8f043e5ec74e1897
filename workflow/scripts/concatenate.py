from oneclick.engine.job import job

with job(snakemake.log[0], snakemake.rule):
    from oneclick.common.tables import concatenate

    concatenate(list(snakemake.input), snakemake.output[0])
