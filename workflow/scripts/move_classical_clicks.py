from oneclick.job import job

with job(snakemake.log[0], f"move_classical_clicks {snakemake.wildcards.method}"):
    from oneclick.classicaloffsets import write_offsets

    files, params = snakemake.input, snakemake.params

    def by_patient(paths):
        return dict(zip(params.patients, paths, strict=True))

    write_offsets(
        snakemake.wildcards.method,
        params.method,
        params.connectivity,
        params.both_empty,
        folds_csv=files.folds,
        slices_npys=by_patient(files.slices),
        masks_npys=by_patient(files.masks),
        slices_csvs=by_patient(files.tables),
        grid_jsons=by_patient(files.grids),
        clicks_npys=by_patient(files.clicks),
        distances_mm=params.distances_mm,
        offsets_csv=snakemake.output[0],
    )
