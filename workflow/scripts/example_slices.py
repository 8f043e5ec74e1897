from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.data.stack import StackFiles
    from oneclick.report.example_slices import write_example_slices
    from oneclick.report.marks import Notices

    given = arguments(snakemake, stack=StackFiles, notices=Notices)
    segmentations = dict(zip(given.pop("methods"), given.pop("segmentations"), strict=True))
    clicks = dict(zip(given.pop("kinds"), given.pop("clicks"), strict=True))
    write_example_slices(**given, segmentations=segmentations, clicks=clicks)
