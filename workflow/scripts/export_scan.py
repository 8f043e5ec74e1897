from oneclick.engine.job import job

with job(snakemake):
    from oneclick.data.exports import export_scan

    files, made, labels = snakemake.input, snakemake.output, snakemake.params.labels
    export_scan(snakemake.wildcards.patient, files.pet, files.mask, labels, made.pets, made.masks)
