from pathlib import Path

from oneclick.engine.job import job

with job(snakemake.log[0], "export_tables"):
    from oneclick.data.exports import export_tables, remove_others
    from oneclick.engine.patient_files import of_each

    params, patients = snakemake.params, snakemake.params.patients
    remove_others(patients, Path(snakemake.output.slices).parent)
    export_tables(
        patients,
        folds_csv=snakemake.input.folds,
        slices_csvs=of_each(patients, params.tables),
        dataset_json=snakemake.output.dataset,
        splits_json=snakemake.output.splits,
        slices_csv=snakemake.output.slices,
    )
