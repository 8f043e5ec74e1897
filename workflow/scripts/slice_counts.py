from oneclick.engine.job import job

with job(snakemake.log[0], "slice_counts"):
    from oneclick.data.folds import write_counts
    from oneclick.engine.patient_files import of_each

    write_counts(of_each(snakemake.params.patients, snakemake.params.tables), snakemake.output[0])
