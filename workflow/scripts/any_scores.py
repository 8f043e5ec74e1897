from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.evaluation.own_scores import write_any_scores

    write_any_scores(**arguments(snakemake))
