from oneclick.engine.job import job

with job(snakemake):
    from oneclick.methods.method import Uses
    from oneclick.questions.cohort_map.figure import write_map

    params, out = snakemake.params, snakemake.output
    write_map(
        dict(zip([name for name, *_ in params.points], snakemake.input, strict=True)),
        params.points,
        params.usual,
        Uses(params.none, params.pairs),
        params.seed,
        medians_csv=out.medians,
        margins_csv=out.margins,
        html=out.page,
        png=out.png,
        svg=out.svg,
    )
