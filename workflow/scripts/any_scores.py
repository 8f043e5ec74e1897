from oneclick.engine.job import job

with job(snakemake):
    from oneclick.evaluation.own_scores import write_any_scores

    write_any_scores(snakemake.input[0], snakemake.output[0])
