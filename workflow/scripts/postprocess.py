from oneclick.job import job

with job(snakemake.log[0], f"postprocess {snakemake.wildcards.method}"):
    from oneclick.postprocessing import write_segmentations

    clicks = snakemake.input.clicks
    write_segmentations(
        folds_csv=snakemake.input.folds,
        thresholds_csv=snakemake.input.thresholds,
        outputs_npys=dict(zip(snakemake.params.folds, snakemake.input.outputs, strict=True)),
        clicks_npys=dict(zip(snakemake.params.patients, clicks, strict=True)) if clicks else None,
        method={"min_pixels": snakemake.params.min_pixels, "fill_holes": snakemake.params.fill_holes},
        connectivity=snakemake.params.connectivity,
        segmentations_npy=snakemake.output[0],
    )
