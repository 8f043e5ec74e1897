from oneclick.engine.job import job

with job(snakemake):
    from oneclick.segment.trained_study import seen_mm, write_settings

    files, params = snakemake.input, snakemake.params
    seen = seen_mm(files.slices_csv, files.grids_json)
    write_settings(snakemake.output[0], params.config | {"phantom": params.phantom, "seen_mm": seen})
