from oneclick.engine.job import job

with job(snakemake):
    from oneclick.report.by_patient_page import write_by_patient

    write_by_patient(
        snakemake.input.scores,
        snakemake.params.seed,
        methods_csv=snakemake.output.methods,
        pairs_csv=snakemake.output.pairs,
        claims_csv=snakemake.output.claims,
        html=snakemake.output.page,
        oracles=snakemake.params.oracles,
        phantom=snakemake.params.phantom,
        measure=snakemake.params.measure,
        cases=snakemake.params.cases,
        classical=snakemake.params.classical,
    )
