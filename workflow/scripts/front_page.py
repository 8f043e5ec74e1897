from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.evaluation.by_patient import Outcome
    from oneclick.report.front_page import Tables, write_front_page
    from oneclick.report.marks import Notices

    given = arguments(snakemake, tables=Tables, outcome=Outcome, notices=Notices)
    given["shown"] = list(zip(given["shown"], given.pop("about"), strict=True))
    write_front_page(**given)
