from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.report.scan_sheet import write_scan_sheet

    write_scan_sheet(**arguments(snakemake))
