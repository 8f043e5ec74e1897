from oneclick.engine.job import job

with job(snakemake):
    from oneclick.questions.conclusions.conclusions import write_conclusions
    from oneclick.report.marks import Notices

    params, tables, out = snakemake.params, dict(snakemake.input.items()), dict(snakemake.output.items())
    write_conclusions(tables, params.classical, params.usual, Notices(**params.notices), **out)
