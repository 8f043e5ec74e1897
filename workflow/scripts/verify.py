from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.data.scans import Source
    from oneclick.data.verification import write_verification

    write_verification(**arguments(snakemake, source=Source), workers=snakemake.threads, say=say)
