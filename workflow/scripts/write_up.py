from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.evaluation.by_patient import Outcome
    from oneclick.report.manuscript import write_up
    from oneclick.report.marks import Notices

    write_up(**arguments(snakemake, notices=Notices, outcome=Outcome))
