from oneclick.job import job

with job(snakemake.log[0], f"ask {snakemake.wildcards.question} {snakemake.wildcards.network}") as say:
    from oneclick.asking import Asked, network_methods, write_answers
    from oneclick.encodings import Encoding

    files, params = snakemake.input, snakemake.params

    def by_patient(paths):
        return dict(zip(params.patients, paths, strict=True))

    def by_fold(paths):
        return dict(zip(params.folds, paths, strict=True)) if paths else None

    n = len(params.patients)
    asked = Asked(params.methods, params.network_clicks, Encoding(**params.encoding), params.connectivity)
    models, outputs = by_fold(files.models), by_fold(files.outputs)
    write_answers(
        snakemake.wildcards.question,
        params.what,
        network_methods(asked, files.folds, files.thresholds, models, outputs, snakemake.threads),
        params.connectivity,
        params.both_empty,
        folds_csv=files.folds,
        slices_npys=by_patient(files.slices),
        masks_npys=by_patient(files.masks),
        slices_csvs=by_patient(files.tables),
        grid_jsons=by_patient(files.grids),
        clicks_npys={kind: by_patient(files.clicks[n * k : n * k + n]) for k, kind in enumerate(params.kinds)},
        answers_csv=snakemake.output[0],
        say=say,
    )
