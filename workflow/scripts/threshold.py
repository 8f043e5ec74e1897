from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.networks.thresholds import write_thresholds

    write_thresholds(snakemake.wildcards.network, **arguments(snakemake), say=say)
