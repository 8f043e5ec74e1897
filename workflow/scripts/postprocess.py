from oneclick.engine.job import job

with job(snakemake.log[0], f"postprocess {snakemake.wildcards.method}"):
    from oneclick.engine.patient_files import of_each
    from oneclick.methods.postprocessing import write_segmentations

    clicks = snakemake.params.clicks
    write_segmentations(
        folds_csv=snakemake.input.folds,
        thresholds_csv=snakemake.input.thresholds,
        outputs_npys=dict(zip(snakemake.params.folds, snakemake.input.outputs, strict=True)),
        clicks_npys=of_each(snakemake.params.patients, clicks) if clicks else None,
        method={"min_pixels": snakemake.params.min_pixels, "fill_holes": snakemake.params.fill_holes},
        connectivity=snakemake.params.connectivity,
        segmentations_npy=snakemake.output[0],
    )
