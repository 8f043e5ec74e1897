from oneclick.engine.job import job

with job(snakemake.log[0], f"encode {snakemake.wildcards.network}"):
    from oneclick.clicks.encoding import Encoding, write_encoded
    from oneclick.engine.patient_files import of_each

    params = snakemake.params
    write_encoded(
        list(of_each(params.patients, params.clicks).values()),
        list(of_each(params.patients, params.grids).values()),
        Encoding(params.shape, params.size, params.unit),
        snakemake.output,
    )
