from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.click_page.build import PageFiles, write_click_page

    given = arguments(snakemake, files=PageFiles)
    write_click_page(**given)
