from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.readers.page import ReaderTables, write_reader_tables

    write_reader_tables(**arguments(snakemake, tables=ReaderTables))
