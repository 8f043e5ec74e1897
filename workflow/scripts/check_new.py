from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.segment.new_patient import check_new_patients

    check_new_patients(**arguments(snakemake), say=say)
