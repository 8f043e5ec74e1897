from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.readers.page import write_worth

    write_worth(**arguments(snakemake))
