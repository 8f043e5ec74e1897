from oneclick.job import job

with job(snakemake.log[0], f"encode {snakemake.wildcards.network}"):
    from oneclick.encodings import Encoding, write_encoded

    params = snakemake.params
    write_encoded(
        snakemake.input.matrices,
        snakemake.input.grids,
        Encoding(params.shape, params.size, params.unit),
        snakemake.output,
    )
