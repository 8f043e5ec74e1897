from oneclick.engine.job import job

with job(snakemake):
    from oneclick.engine.patient_files import of_each
    from oneclick.questions.effort.figure import write_effort
    from oneclick.questions.effort.table import Effort

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
