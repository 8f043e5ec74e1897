from oneclick.engine.job import job

with job(snakemake):
    from oneclick.segment.new_patient import prepare

    prepare(
        snakemake.wildcards.patient,
        pet_path=snakemake.input.pet,
        clicks_path=snakemake.params.clicks,
        background=snakemake.params.background,
        unclicked=snakemake.params.unclicked,
        size=snakemake.params.size,
        spacing=snakemake.params.spacing,
        resize_pet=snakemake.params.resize_pet,
        slices_npy=snakemake.output.slices,
        matrices_npy=snakemake.output.matrices,
        slices_csv=snakemake.output.table,
        clicks_csv=snakemake.output.clicks,
        grid_json=snakemake.output.grid,
    )
