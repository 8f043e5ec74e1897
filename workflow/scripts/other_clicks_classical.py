from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.data.stack import StackFiles
    from oneclick.methods.classical import classical_methods
    from oneclick.other_clicks.ask import write_answers

    given = arguments(snakemake, stack=StackFiles)
    methods_of = classical_methods(snakemake.wildcards.method, given.pop("method"), given["connectivity"])
    write_answers(snakemake.wildcards.question, methods_of=methods_of, say=say, **given)
