from oneclick.engine.job import job

with job(snakemake):
    from oneclick.questions.repeats.figure import write_seed_tables

    out = snakemake.output
    write_seed_tables(
        snakemake.input.scores,
        snakemake.input.thresholds,
        medians_csv=out.medians,
        pairs_csv=out.pairs,
        html=out.page,
        png=out.png,
        svg=out.svg,
        oracles=snakemake.params.oracles,
        phantom=snakemake.params.phantom,
    )
