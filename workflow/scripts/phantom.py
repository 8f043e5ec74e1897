from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.phantom.patient import write_patient
    from oneclick.phantom.tumours import Traits

    write_patient(snakemake.wildcards.patient, **arguments(snakemake, traits=Traits))
