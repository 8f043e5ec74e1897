from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.segment.new_patient import check_new_patients

    params = snakemake.params
    check_new_patients(
        params.patients,
        params.pets,
        params.clicks,
        background=params.background,
        size=params.size,
        spacing=params.spacing,
        csv=snakemake.output[0],
        say=say,
    )
