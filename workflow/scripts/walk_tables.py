from oneclick.engine.job import job

with job(snakemake):
    from oneclick.questions.walk.figure import write_walk_tables

    out, params = snakemake.output, snakemake.params
    write_walk_tables(
        snakemake.input,
        params.seed,
        params.both_empty,
        summary_csv=out.summary,
        patients_csv=out.patients,
        html=out.page,
        png=out.png,
        svg=out.svg,
        oracles=params.oracles,
        phantom=params.phantom,
    )
