from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.ask.ask import write_answers
    from oneclick.engine.patient_files import of_each
    from oneclick.methods.classical import classical_methods

    files, params = snakemake.input, snakemake.params

    def of_patients(path):
        return of_each(params.patients, path)

    tables = of_patients(params.tables)
    write_answers(
        snakemake.wildcards.question,
        params.what,
        classical_methods(snakemake.wildcards.method, params.method, params.connectivity, tables),
        params.connectivity,
        params.both_empty,
        folds_csv=files.folds,
        slices_npys=of_patients(params.slices),
        masks_npys=of_patients(params.masks),
        slices_csvs=tables,
        grid_jsons=of_patients(params.grids),
        clicks_npys={kind: of_patients(path) for kind, path in params.clicks.items()},
        answers_csv=snakemake.output[0],
        say=say,
    )
