from oneclick.job import job

with job(snakemake.log[0], f"clicks {snakemake.wildcards.kind} {snakemake.wildcards.patient}"):
    from oneclick.clicks import write_clicks

    write_clicks(
        snakemake.wildcards.patient,
        masks_npy=snakemake.input.masks,
        slices_csv=snakemake.input.table,
        grid_json=snakemake.input.grid,
        kind=snakemake.wildcards.kind,
        seed=snakemake.params.seed,
        connectivity=snakemake.params.connectivity,
        center_rule=snakemake.params.center_rule,
        clicks_npy=snakemake.output.matrices,
        clicks_csv=snakemake.output.table,
    )
