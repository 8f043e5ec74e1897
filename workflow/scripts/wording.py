from oneclick.job import job

with job(snakemake.log[0], "wording"):
    from oneclick.wording import write_wording

    write_wording(
        snakemake.input.methods,
        snakemake.input.pairs,
        snakemake.params.seed,
        measure=snakemake.params.measure,
        cases=snakemake.params.cases,
        markdown_md=snakemake.output.markdown,
        latex_tex=snakemake.output.latex,
    )
