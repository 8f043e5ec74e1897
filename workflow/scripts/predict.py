from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.networks.prediction import predict

    predict(**arguments(snakemake), workers=snakemake.threads, say=say)
