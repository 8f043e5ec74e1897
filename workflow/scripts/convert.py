from oneclick.engine.job import job

with job(snakemake.log[0], f"convert {snakemake.wildcards.patient}"):
    from oneclick.data.scans import Source, convert

    convert(
        snakemake.wildcards.patient,
        pet_path=snakemake.input.pet,
        mask_path=snakemake.input.mask,
        source=Source(labels=snakemake.params.labels, roi=snakemake.params.roi),
        pet_nifti=snakemake.output.pet,
        mask_nifti=snakemake.output.mask,
    )
