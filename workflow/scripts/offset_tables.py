from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.offsets.figure import write_offset_tables
    from oneclick.report.marks import Notices

    write_offset_tables(**arguments(snakemake, notices=Notices))
