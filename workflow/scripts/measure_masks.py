from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.data.stack import StackFiles
    from oneclick.questions.measures.measure import write_measures

    write_measures(snakemake.wildcards.method, **arguments(snakemake, stack=StackFiles), say=say)
