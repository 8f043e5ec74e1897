from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.readers.kind import write_reader_kind

    write_reader_kind(snakemake.wildcards.kind, say=say, **arguments(snakemake))
