from oneclick.engine.job import job

with job(snakemake):
    from oneclick.questions.measures.page import write_measure_tables

    params, out = snakemake.params, snakemake.output
    write_measure_tables(
        snakemake.input,
        seed=params.seed,
        tolerance_mm=params.tolerance_mm,
        measures_csv=out.measures,
        agreement_csv=out.agreement,
        scores=out.scores,
        html=out.page,
        png=out.png,
        svg=out.svg,
        oracles=params.oracles,
        phantom=params.phantom,
    )
