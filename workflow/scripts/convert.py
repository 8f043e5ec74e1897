from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.scans import Source, convert

    convert(snakemake.wildcards.patient, **arguments(snakemake, source=Source))
