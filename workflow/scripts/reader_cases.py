from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.readers.cases import write_cases

    write_cases(snakemake.wildcards.reader, **arguments(snakemake))
