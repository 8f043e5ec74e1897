from oneclick.engine.job import arguments, job

with job(snakemake):
    from oneclick.clicks.simulated import Rules, write_clicks

    write_clicks(snakemake.wildcards.kind, **arguments(snakemake, rules=Rules))
