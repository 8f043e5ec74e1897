from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.data.slice_files import SliceFiles
    from oneclick.data.stack import StackFiles, stack

    files = (SliceFiles(*of_patient) for of_patient in zip(*dict(snakemake.input.items()).values(), strict=True))
    patients = dict(zip(snakemake.params.patients, files, strict=True))
    out = snakemake.output
    stack(patients, StackFiles(out.slices_npy, out.masks_npy, out.slices_csv, out.grids_json), say)
