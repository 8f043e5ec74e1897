from oneclick.engine.job import job

with job(snakemake):
    from oneclick.networks.training_names import write_with_seeds

    write_with_seeds(list(snakemake.input), snakemake.output[0])
