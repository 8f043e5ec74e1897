from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.report.marks import Notices
    from oneclick.report.run_page import write_run_page

    write_run_page(**arguments(snakemake, notices=Notices))
