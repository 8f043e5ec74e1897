from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.readers.page import write_readers
    from oneclick.report.marks import Notices

    write_readers(**arguments(snakemake, notices=Notices))
