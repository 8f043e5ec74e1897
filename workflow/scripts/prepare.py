from oneclick.engine.job import job

with job(snakemake):
    from oneclick.segment.new_patient import Preparation, prepare
    from oneclick.segment.prepared import PreparedFiles

    settings, files = Preparation(**snakemake.params.settings), PreparedFiles(**dict(snakemake.output.items()))
    prepare(snakemake.wildcards.patient, snakemake.input.pet, snakemake.input.clicks, settings, files)
