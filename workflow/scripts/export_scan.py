from oneclick.engine.job import job

with job(snakemake.log[0], f"export_scan {snakemake.wildcards.patient}"):
    from oneclick.data.exports import export_scan

    export_scan(
        snakemake.wildcards.patient,
        pet_path=snakemake.input.pet,
        mask_path=snakemake.input.mask,
        labels=snakemake.params.labels,
        pets=snakemake.output.pets,
        masks=snakemake.output.masks,
    )
