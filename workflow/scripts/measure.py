from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.segment.new_patient import measure
    from oneclick.segment.prepared import PreparedFiles

    measure(snakemake.wildcards.patient, **arguments(snakemake, files=PreparedFiles), say=say)
