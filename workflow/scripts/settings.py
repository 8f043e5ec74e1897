from oneclick.engine.job import job

with job(snakemake):
    from oneclick.segment.trained_study import write_settings

    write_settings(snakemake.output[0], snakemake.params.config)
