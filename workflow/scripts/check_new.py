from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.segment.check import check_new_patients
    from oneclick.segment.new_patient import Preparation

    check_new_patients(**arguments(snakemake, settings=Preparation), say=say)
