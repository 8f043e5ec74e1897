from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.folds import write_folds

    write_folds(**arguments(snakemake))
