from oneclick.engine.job import job

with job(snakemake):
    from oneclick.networks.run_names import write_with_runs

    write_with_runs(list(snakemake.input), snakemake.output[0])
