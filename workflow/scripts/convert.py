from oneclick.engine.job import job

with job(snakemake):
    from oneclick.data.scans import Source, convert

    files, made, source = snakemake.input, snakemake.output, Source(**snakemake.params.source)
    convert(snakemake.wildcards.patient, files.pet, files.mask, source, made.pet_nifti, made.mask_nifti)
