from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.ask.ask import write_answers
    from oneclick.methods.classical import classical_methods

    given = arguments(snakemake)
    methods_of = classical_methods(snakemake.wildcards.method, given.pop("method"), given["connectivity"])
    write_answers(snakemake.wildcards.question, methods_of=methods_of, say=say, **given)
