from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.report.loss_curves import write_loss_curves
    from oneclick.report.marks import Notices

    write_loss_curves(**arguments(snakemake, notices=Notices))
