from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.exports import export_tables

    export_tables(**arguments(snakemake))
