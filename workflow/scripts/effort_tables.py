from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.effort.figure import write_effort
    from oneclick.questions.effort.table import Effort
    from oneclick.report.marks import Notices

    write_effort(**arguments(snakemake, effort=Effort, notices=Notices))
