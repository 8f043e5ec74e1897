from oneclick.engine.job import job

with job(snakemake):
    from oneclick.report.manuscript import write_wording
    from oneclick.report.patient_figures import write_patient_figures

    files, out, params = snakemake.input, snakemake.output, snakemake.params
    said = {"measure": params.measure, "cases": params.cases, "oracles": params.oracles}
    write_wording(files.methods, files.pairs, params.seed, markdown_md=out.markdown, latex_tex=out.latex, **said)
    write_patient_figures(
        files.scores,
        files.methods,
        files.pairs,
        medians=(out.medians, out.medians_svg, out.medians_pdf),
        differences=(out.differences, out.differences_svg, out.differences_pdf),
        phantom=params.phantom,
        **said,
    )
