from oneclick.engine.job import job

with job(snakemake.log[0], f"phantom {snakemake.wildcards.patient}"):
    from oneclick.phantom.patient import write_patient
    from oneclick.phantom.tumours import Traits

    write_patient(
        snakemake.wildcards.patient,
        seed=snakemake.params.seed,
        matrix=snakemake.params.matrix,
        slices=snakemake.params.slices,
        traits=Traits(**snakemake.params.traits),
        pet_path=snakemake.output.pet,
        mask_path=snakemake.output.mask,
    )
