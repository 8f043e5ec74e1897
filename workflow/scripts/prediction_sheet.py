from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.stack import StackFiles
    from oneclick.report.marks import Notices
    from oneclick.report.prediction_sheet import write_prediction_sheet

    write_prediction_sheet(**arguments(snakemake, stack=StackFiles, notices=Notices))
