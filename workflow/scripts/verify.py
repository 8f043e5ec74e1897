from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.data.slice_guard import Slicing
    from oneclick.data.verification import Scans, write_verification

    write_verification(**arguments(snakemake, scans=Scans, slicing=Slicing), workers=snakemake.threads, say=say)
