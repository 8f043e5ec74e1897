from oneclick.job import job

with job(snakemake.log[0], f"offset_maps {snakemake.wildcards.method}"):
    from oneclick.offsetmaps import write_maps
    from oneclick.paths import of_each

    params, patients = snakemake.params, snakemake.params.patients
    write_maps(
        snakemake.wildcards.method,
        answers_csv=snakemake.input.answers,
        clicks_npys=of_each(patients, params.clicks),
        slices_csvs=of_each(patients, params.tables),
        grid_jsons=of_each(patients, params.grids),
        pet_paths=dict(zip(patients, params.scans, strict=True)),
        map_paths=dict(zip(patients, snakemake.output, strict=True)),
    )
