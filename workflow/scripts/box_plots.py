from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.report.box_plots import write_box_plots
    from oneclick.report.marks import Notices

    write_box_plots(**arguments(snakemake, notices=Notices))
