from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.ask.ask import write_answers
    from oneclick.clicks.encoding import Encoding
    from oneclick.engine.patient_files import of_each
    from oneclick.methods.trained import Asked, network_methods

    files, params = snakemake.input, snakemake.params

    def of_patients(path):
        return of_each(params.patients, path)

    def by_fold(paths):
        return dict(zip(params.folds, paths, strict=True)) if paths else None

    asked = Asked(params.methods, params.network_clicks, Encoding(**params.encoding), params.connectivity)
    models, outputs = by_fold(files.models), by_fold(files.outputs)
    write_answers(
        snakemake.wildcards.question,
        params.what,
        network_methods(asked, files.folds, files.thresholds, models, outputs, snakemake.threads),
        params.connectivity,
        params.both_empty,
        folds_csv=files.folds,
        slices_npys=of_patients(params.slices),
        masks_npys=of_patients(params.masks),
        slices_csvs=of_patients(params.tables),
        grid_jsons=of_patients(params.grids),
        clicks_npys={kind: of_patients(path) for kind, path in params.clicks.items()},
        answers_csv=snakemake.output[0],
        say=say,
    )
