from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.methods.postprocessing import write_segmentations

    write_segmentations(**arguments(snakemake))
