from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.evaluation.by_patient import Outcome
    from oneclick.report.by_patient_page import write_by_patient
    from oneclick.report.marks import Notices

    write_by_patient(**arguments(snakemake, notices=Notices, outcome=Outcome))
