from pathlib import Path

from oneclick.engine.job import job

network, fold = snakemake.wildcards.network, int(snakemake.wildcards.fold)
with job(snakemake.log[0], f"train {network} fold {fold}") as say:
    from oneclick.networks.backend import prepare_backend

    prepare_backend(snakemake.threads)
    from oneclick.engine.patient_files import of_each
    from oneclick.networks.training import Settings, train

    patients, settings = snakemake.params.patients, Settings.__dataclass_fields__
    train(
        network,
        fold,
        folds_csv=snakemake.input.folds,
        slices_npys=of_each(patients, snakemake.params.slices),
        masks_npys=of_each(patients, snakemake.params.masks),
        clicks_npys=of_each(patients, snakemake.params.clicks) if snakemake.params.clicks else None,
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
