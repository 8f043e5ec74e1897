from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.report.all_warnings import write_all_warnings

    write_all_warnings(**arguments(snakemake), say=say)
