from oneclick.engine.job import job

with job(snakemake.log[0], f"preprocess {snakemake.wildcards.patient}"):
    from oneclick.data.slices import preprocess

    preprocess(
        snakemake.wildcards.patient,
        pet_path=snakemake.input.pet,
        mask_path=snakemake.input.mask,
        labels=snakemake.params.labels,
        size=snakemake.params.size,
        spacing=snakemake.params.spacing,
        resize_pet=snakemake.params.resize_pet,
        resize_mask=snakemake.params.resize_mask,
        min_positive=snakemake.params.min_positive,
        slices_npy=snakemake.output.slices,
        masks_npy=snakemake.output.masks,
        slices_csv=snakemake.output.table,
        grid_json=snakemake.output.grid,
    )
