from oneclick.job import job

with job(snakemake.log[0], "run_page"):
    from oneclick.inputs import read_table
    from oneclick.settings import write_settings
    from oneclick.tables import run_counts, software_versions, write_run_page
    from oneclick.verification import lines_of

    write_run_page(
        snakemake.output.page,
        config=snakemake.params.config,
        versions=software_versions(),
        counts=run_counts(read_table(snakemake.input.folds), snakemake.params.patients),
        warnings=lines_of(read_table(snakemake.input.verification), "warning", with_files=False),
        csv=snakemake.output.table,
        phantom=snakemake.params.phantom,
    )
    write_settings(snakemake.output.settings, snakemake.params.config)
