from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.clicks.encoding import Encoding
    from oneclick.data.stack import StackFiles
    from oneclick.methods.trained import Asked, TrainedNetwork, network_methods
    from oneclick.other_clicks.ask import write_answers

    given = arguments(snakemake, encoding=Encoding, stack=StackFiles)
    asked = Asked(given.pop("methods"), given.pop("network_clicks"), given.pop("encoding"), given["connectivity"])
    network = TrainedNetwork(given.pop("thresholds_csv"), given.pop("models"), given.pop("predictions"))
    methods_of = network_methods(asked, network, snakemake.threads)
    write_answers(snakemake.wildcards.question, methods_of=methods_of, say=say, **given)
