from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.segment.overlays import write_overlays
    from oneclick.segment.prepared import PreparedFiles

    write_overlays(snakemake.wildcards.patient, **arguments(snakemake, files=PreparedFiles))
