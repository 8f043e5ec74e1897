from oneclick.engine.job import job

with job(snakemake):
    from oneclick.questions.conclusions.conclusions import write_conclusions

    params, out = snakemake.params, snakemake.output
    write_conclusions(
        dict(snakemake.input.items()),
        classical=params.classical,
        oracles=params.oracles,
        usual=params.usual,
        csv=out.table,
        rst=out.text,
        html=out.page,
        phantom=params.phantom,
    )
