from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.stack import StackFiles
    from oneclick.methods.classical import write_classical

    write_classical(**arguments(snakemake, stack=StackFiles))
