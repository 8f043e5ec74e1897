from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.readers.events import write_reader

    write_reader(say=say, **arguments(snakemake))
