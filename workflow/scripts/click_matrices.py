from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.clicks.simulated import write_click_matrices

    write_click_matrices(**arguments(snakemake))
