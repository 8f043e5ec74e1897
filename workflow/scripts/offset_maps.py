from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.offsets.maps import write_maps

    write_maps(snakemake.wildcards.method, **arguments(snakemake))
