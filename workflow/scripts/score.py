from oneclick.job import job

with job(snakemake.log[0], f"score {snakemake.wildcards.method}"):
    from oneclick.metrics import write_scores

    patients = snakemake.params.patients
    write_scores(
        snakemake.wildcards.method,
        folds_csv=snakemake.input.folds,
        segmentations_npy=snakemake.input.segmentations,
        masks_npys=dict(zip(patients, snakemake.input.masks, strict=True)),
        slices_csvs=dict(zip(patients, snakemake.input.tables, strict=True)),
        both_empty=snakemake.params.both_empty,
        scores_csv=snakemake.output[0],
    )
