from oneclick.engine.job import job

with job(snakemake.log[0], f"score {snakemake.wildcards.method}"):
    from oneclick.engine.patient_files import of_each
    from oneclick.evaluation.scores import write_scores

    params = snakemake.params
    write_scores(
        snakemake.wildcards.method,
        folds_csv=snakemake.input.folds,
        segmentations_npy=snakemake.input.segmentations,
        masks_npys=of_each(params.patients, params.masks),
        slices_csvs=of_each(params.patients, params.tables),
        both_empty=params.both_empty,
        scores_csv=snakemake.output[0],
    )
