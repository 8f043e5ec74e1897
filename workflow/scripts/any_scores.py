from oneclick.job import job

with job(snakemake.log[0], "statistics"):
    from oneclick.anyscores import write_any_scores

    write_any_scores(snakemake.input[0], snakemake.output[0])
