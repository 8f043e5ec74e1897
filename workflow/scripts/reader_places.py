from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.readers.places import write_places

    write_places(say=say, **arguments(snakemake))
