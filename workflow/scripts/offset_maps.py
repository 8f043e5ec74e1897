from oneclick.engine.job import job

with job(snakemake):
    from oneclick.engine.patient_files import of_each
    from oneclick.questions.offsets.maps import write_maps

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
