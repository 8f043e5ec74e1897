from oneclick.job import job

with job(snakemake.log[0], f"ask {snakemake.wildcards.question} {snakemake.wildcards.network}") as say:
    from oneclick.asking import Asked, write_answers
    from oneclick.encodings import Encoding

    files, params = snakemake.input, snakemake.params

    def by_patient(paths):
        return dict(zip(params.patients, paths, strict=True))

    def by_fold(paths):
        return dict(zip(params.folds, paths, strict=True)) if paths else None

    n = len(params.patients)
    write_answers(
        snakemake.wildcards.question,
        params.what,
        Asked(params.methods, params.network_clicks, Encoding(**params.encoding), params.connectivity, params.both_empty),
        folds_csv=files.folds,
        thresholds_csv=files.thresholds,
        models=by_fold(files.models),
        outputs_npys=by_fold(files.outputs),
        slices_npys=by_patient(files.slices),
        masks_npys=by_patient(files.masks),
        slices_csvs=by_patient(files.tables),
        grid_jsons=by_patient(files.grids),
        clicks_npys={kind: by_patient(files.clicks[n * k : n * k + n]) for k, kind in enumerate(params.kinds)},
        answers_csv=snakemake.output[0],
        workers=snakemake.threads,
        say=say,
    )
