from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.data.slice_files import SliceFiles
    from oneclick.data.stack import StackFiles, stack

    files = (SliceFiles(*of_patient) for of_patient in zip(*dict(snakemake.input.items()).values(), strict=True))
    patients = dict(zip(snakemake.params.patients, files, strict=True))
    stack(patients, StackFiles(**dict(snakemake.output.items())), say)
