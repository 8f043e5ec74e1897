from oneclick.job import job

with job(snakemake.log[0], snakemake.rule):
    from oneclick.csv_files import concatenate

    concatenate(list(snakemake.input), snakemake.output[0])
