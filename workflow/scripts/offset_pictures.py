from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.questions.offsets.pictures import write_offset_pictures
    from oneclick.report.marks import Notices

    write_offset_pictures(**arguments(snakemake, notices=Notices))
