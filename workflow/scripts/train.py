from pathlib import Path

from oneclick.job import job

network, fold = snakemake.wildcards.network, int(snakemake.wildcards.fold)
with job(snakemake.log[0], f"train {network} fold {fold}") as say:
    from oneclick.backend import prepare_backend

    prepare_backend(snakemake.threads)
    from oneclick.training import Settings, train

    patients, settings = snakemake.params.patients, Settings.__dataclass_fields__
    train(
        network,
        fold,
        folds_csv=snakemake.input.folds,
        slices_npys=dict(zip(patients, snakemake.input.slices, strict=True)),
        masks_npys=dict(zip(patients, snakemake.input.masks, strict=True)),
        clicks_npys=dict(zip(patients, snakemake.input.clicks, strict=True)) if snakemake.input.clicks else None,
        settings=Settings(**{key: snakemake.params[key] for key in settings}),
        seed=snakemake.params.seed,
        model_keras=snakemake.output.model,
        model_onnx=snakemake.output.onnx,
        history_csv=snakemake.output.history,
        # No output of the rule: Snakemake would remove it before the job that is to go on from there.
        checkpoint_npz=str(Path(snakemake.output.history).with_name("checkpoint.npz")),
        code=snakemake.params.code,
        say=say,
    )
