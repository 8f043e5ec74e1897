from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.segment.measured import MeasuredFiles, measure
    from oneclick.segment.prepared import PreparedFiles

    given = arguments(snakemake, files=PreparedFiles, measured=MeasuredFiles)
    measure(snakemake.wildcards.patient, **given, say=say)
