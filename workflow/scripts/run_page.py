from oneclick.engine.job import job

with job(snakemake):
    from oneclick.common.tables import read_table
    from oneclick.data.findings import lines_of
    from oneclick.report.paper_tables import collapsed_trainings
    from oneclick.report.run_page import run_counts, software_versions, write_run_page

    verification = read_table(snakemake.input.verification)
    warnings = lines_of(verification, "warning", with_files=False)
    if snakemake.input.thresholds:  # there are none of a study without networks
        warnings += collapsed_trainings(read_table(snakemake.input.thresholds), snakemake.params.networks)
    write_run_page(
        snakemake.output.page,
        config=snakemake.params.config,
        versions=software_versions(),
        counts=run_counts(read_table(snakemake.input.folds), verification),
        warnings=warnings,
        csv=snakemake.output.table,
        phantom=snakemake.params.phantom,
    )
