from oneclick.engine.job import job

with job(snakemake):
    from oneclick.data.scans import convert_pet

    convert_pet(snakemake.wildcards.patient, snakemake.input[0], snakemake.output[0])
