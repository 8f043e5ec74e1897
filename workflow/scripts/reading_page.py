from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.click_page.build import PageFiles
    from oneclick.click_page.reading import Answers, write_reading_page

    write_reading_page(**arguments(snakemake, files=PageFiles, answers=Answers))
