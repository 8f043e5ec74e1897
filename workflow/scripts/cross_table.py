from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.cross.figure import write_cross_table
    from oneclick.report.marks import Notices

    write_cross_table(**arguments(snakemake, notices=Notices))
