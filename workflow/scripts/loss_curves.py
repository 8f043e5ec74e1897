from oneclick.engine.job import job

with job(snakemake):
    from oneclick.report.loss_curves import write_loss_curves

    histories = zip(snakemake.params.networks_and_folds, snakemake.input, strict=True)
    write_loss_curves(
        [(network, fold, path) for (network, fold), path in histories],
        png=snakemake.output.png,
        svg=snakemake.output.svg,
        phantom=snakemake.params.phantom,
    )
