from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.clicks.encoding import Encoding
    from oneclick.data.stack import StackFiles
    from oneclick.questions.walk.walk import Method, Scans, write_walks

    of = arguments(snakemake, encoding=Encoding, method=Method, stack=StackFiles, scans=Scans)
    write_walks(snakemake.wildcards.method, **of, workers=snakemake.threads, say=say)
