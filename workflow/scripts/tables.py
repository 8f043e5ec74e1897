from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.report.marks import Notices
    from oneclick.report.paper_tables import write_tables

    write_tables(**arguments(snakemake, notices=Notices))
