from oneclick.engine.job import job

with job(snakemake):
    from oneclick.data.stack import StackFiles
    from oneclick.methods.classical import write_classical

    files, params = dict(snakemake.input.items()), snakemake.params
    clicks = files.pop("clicks_npy")
    write_classical(StackFiles(**files), clicks, params.method, params.connectivity, snakemake.output[0])
