from oneclick.job import job

with job(snakemake.log[0], "effort_tables"):
    from oneclick.effort import Effort
    from oneclick.effortfigure import write_effort
    from oneclick.paths import of_each

    files, out, params = snakemake.input, snakemake.output, snakemake.params
    write_effort(
        files.scores,
        lesions_csvs=files.lesions,
        slices_csvs=files.slices,
        clicks_csvs=list(of_each(params.patients, params.clicks).values()),
        clicked=params.clicked,
        effort=Effort(**params.effort),
        table_csv=out.table,
        html=out.page,
        png=out.png,
        svg=out.svg,
        oracles=params.oracles,
        phantom=params.phantom,
    )
