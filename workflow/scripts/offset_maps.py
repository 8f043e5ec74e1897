from oneclick.job import job

with job(snakemake.log[0], f"offset_maps {snakemake.wildcards.method}"):
    from oneclick.offsetmaps import write_maps

    files, patients = snakemake.input, snakemake.params.patients
    write_maps(
        snakemake.wildcards.method,
        answers_csv=files.answers,
        clicks_npys=dict(zip(patients, files.clicks, strict=True)),
        slices_csvs=dict(zip(patients, files.tables, strict=True)),
        grid_jsons=dict(zip(patients, files.grids, strict=True)),
        pet_paths=dict(zip(patients, files.scans, strict=True)),
        map_paths=dict(zip(patients, snakemake.output, strict=True)),
    )
