from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.clicks.encoding import Encoding, write_encoded

    write_encoded(**arguments(snakemake, encoding=Encoding))
