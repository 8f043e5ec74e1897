from oneclick.job import job

with job(snakemake.log[0], "slice_counts"):
    from oneclick.counts import write_counts
    from oneclick.paths import of_each

    write_counts(of_each(snakemake.params.patients, snakemake.params.tables), snakemake.output[0])
