from oneclick.engine.job import job

with job(snakemake):
    from oneclick.data.slice_files import SliceFiles
    from oneclick.data.slices import Preprocess, preprocess

    files, params = snakemake.input, snakemake.params
    settings, made = Preprocess(**params.settings), SliceFiles(**dict(snakemake.output.items()))
    preprocess(snakemake.wildcards.patient, files.pet, files.mask, params.labels, settings, made)
