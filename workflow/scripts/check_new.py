from oneclick.job import job

with job(snakemake.log[0], "check_new") as say:
    from oneclick.newpatient import check_new_patients

    params = snakemake.params
    check_new_patients(params.patients, params.pets, params.clicks, params.background, csv=snakemake.output[0], say=say)
