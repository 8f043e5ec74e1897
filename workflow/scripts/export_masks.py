from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.scan_masks import export_masks

    export_masks(**arguments(snakemake))
