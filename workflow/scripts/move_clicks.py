from oneclick.job import job

with job(snakemake.log[0], f"move_clicks {snakemake.wildcards.method}") as say:
    from oneclick.encodings import Encoding
    from oneclick.offsets import Method, write_offsets

    files, params = snakemake.input, snakemake.params

    def by_patient(paths):
        return dict(zip(params.patients, paths, strict=True)) if paths else None

    write_offsets(
        snakemake.wildcards.method,
        Method(params.method, Encoding(**params.encoding), params.connectivity, params.both_empty),
        folds_csv=files.folds,
        thresholds_csv=files.thresholds,
        models=dict(zip(params.folds, files.models, strict=True)),
        slices_npys=by_patient(files.slices),
        masks_npys=by_patient(files.masks),
        slices_csvs=by_patient(files.tables),
        grid_jsons=by_patient(files.grids),
        network_clicks_npys=by_patient(files.network_clicks),
        kept_clicks_npys=by_patient(files.kept_clicks),
        distances_mm=params.distances_mm,
        offsets_csv=snakemake.output[0],
        workers=snakemake.threads,
        say=say,
    )
