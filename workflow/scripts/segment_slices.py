from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.segment.ensemble import MethodRules, segment_slices
    from oneclick.segment.prepared import PreparedFiles

    segment_slices(**arguments(snakemake, files=PreparedFiles, rules=MethodRules), workers=snakemake.threads)
