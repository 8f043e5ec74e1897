from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.measures.page import write_measure_tables
    from oneclick.report.marks import Notices

    write_measure_tables(**arguments(snakemake, notices=Notices))
