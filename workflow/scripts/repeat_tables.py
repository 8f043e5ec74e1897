from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.repeats.figure import write_repeat_tables
    from oneclick.report.marks import Notices

    write_repeat_tables(**arguments(snakemake, notices=Notices))
