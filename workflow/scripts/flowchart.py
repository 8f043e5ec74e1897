from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.report.flowchart import write_flowchart
    from oneclick.report.marks import Notices

    write_flowchart(**arguments(snakemake, notices=Notices))
