from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.methods.method import Uses
    from oneclick.questions.cohort_map.figure import write_cohort_map

    write_cohort_map(**arguments(snakemake, uses=Uses))
