from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.click_page.build import PageFiles, write_click_page

    write_click_page(**arguments(snakemake, files=PageFiles))
