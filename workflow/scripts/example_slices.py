from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.report.example_slices import write_example_slices
    from oneclick.report.marks import Notices

    given = arguments(snakemake, notices=Notices)
    methods = dict(zip(given.pop("methods"), given.pop("segmentations"), strict=True))
    write_example_slices(**given, segmentations=methods)
