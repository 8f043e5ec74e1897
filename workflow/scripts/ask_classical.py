from oneclick.job import job

with job(snakemake.log[0], f"ask_classical {snakemake.wildcards.question} {snakemake.wildcards.method}") as say:
    from oneclick.asking import write_answers
    from oneclick.classical import classical_methods

    files, params = snakemake.input, snakemake.params

    def by_patient(paths):
        return dict(zip(params.patients, paths, strict=True))

    n, tables = len(params.patients), by_patient(files.tables)
    write_answers(
        snakemake.wildcards.question,
        params.what,
        classical_methods(snakemake.wildcards.method, params.method, params.connectivity, tables),
        params.connectivity,
        params.both_empty,
        folds_csv=files.folds,
        slices_npys=by_patient(files.slices),
        masks_npys=by_patient(files.masks),
        slices_csvs=tables,
        grid_jsons=by_patient(files.grids),
        clicks_npys={kind: by_patient(files.clicks[n * k : n * k + n]) for k, kind in enumerate(params.kinds)},
        answers_csv=snakemake.output[0],
        say=say,
    )
