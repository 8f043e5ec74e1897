from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.scans import convert_pet

    convert_pet(snakemake.wildcards.patient, **arguments(snakemake))
