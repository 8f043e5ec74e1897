from oneclick.engine.job import job

with job(snakemake):
    from oneclick.clicks.encoding import Encoding
    from oneclick.segment.ensemble import segment_slices

    files, params, n = snakemake.input, snakemake.params, snakemake.params.n_folds
    segment_slices(
        files.slices,
        matrices_npy=files.matrices,
        grid_json=files.grid,
        thresholds_csv=files.thresholds,
        models={network: files.models[at * n : (at + 1) * n] for at, network in enumerate(params.networks)},
        clicks_of=params.networks,
        encodings={network: Encoding(**encoding) for network, encoding in params.encodings.items()},
        methods=params.methods,
        automatic=params.automatic,
        connectivity=params.connectivity,
        segmentations=dict(zip(params.methods, snakemake.output, strict=True)),
        workers=snakemake.threads,
    )
