from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.ask.ask import write_answers
    from oneclick.clicks.encoding import Encoding
    from oneclick.methods.trained import Asked, TrainedNetwork, network_methods

    given = arguments(snakemake, encoding=Encoding)
    asked = Asked(given.pop("methods"), given.pop("network_clicks"), given.pop("encoding"), given["connectivity"])
    network = TrainedNetwork(given.pop("thresholds_csv"), given.pop("models"), given.pop("predictions"))
    methods_of = network_methods(asked, network, snakemake.threads)
    write_answers(snakemake.wildcards.question, methods_of=methods_of, say=say, **given)
