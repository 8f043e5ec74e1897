from oneclick.engine.job import job

with job(snakemake):
    from oneclick.segment.trained_study import seen_mm, write_settings

    seen = seen_mm(snakemake.input.slices_csv, snakemake.input.grids_json)
    write_settings(snakemake.output[0], snakemake.params.config | {"seen_mm": seen})
