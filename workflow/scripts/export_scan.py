from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.exports import export_scan

    export_scan(snakemake.wildcards.patient, **arguments(snakemake))
