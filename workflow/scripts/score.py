from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.evaluation.scores import write_scores

    write_scores(snakemake.wildcards.method, **arguments(snakemake))
