from pathlib import Path

from oneclick.job import job

with job(snakemake.log[0], "export_tables"):
    from oneclick.layouts import export_tables, remove_others

    patients = snakemake.params.patients
    remove_others(patients, Path(snakemake.output.slices).parent)
    export_tables(
        patients,
        folds_csv=snakemake.input.folds,
        slices_csvs=dict(zip(patients, snakemake.input.tables, strict=True)),
        dataset_json=snakemake.output.dataset,
        splits_json=snakemake.output.splits,
        slices_csv=snakemake.output.slices,
    )
