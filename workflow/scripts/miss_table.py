from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.misses.figure import write_miss_table
    from oneclick.report.marks import Notices

    write_miss_table(**arguments(snakemake, notices=Notices))
