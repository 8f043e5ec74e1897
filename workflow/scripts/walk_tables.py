from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.walk.figure import write_walk_tables
    from oneclick.report.marks import Notices

    write_walk_tables(**arguments(snakemake, notices=Notices))
