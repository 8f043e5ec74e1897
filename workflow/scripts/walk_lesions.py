from oneclick.engine.job import job

with job(snakemake) as say:
    from oneclick.clicks.encoding import Encoding
    from oneclick.engine.patient_files import of_each
    from oneclick.questions.walk.walk import Method, Patient, write_walks

    files, out, params = snakemake.input, snakemake.output, snakemake.params

    def paths_of(path):
        return of_each(params.patients, path).values()

    write_walks(
        snakemake.wildcards.method,
        Method(params.method, params.sees, Encoding(**params.encoding), params.connectivity),
        patients=[
            Patient(*of_patient)
            for of_patient in zip(
                params.patients,
                params.pets,
                params.scan_masks,
                params.labels,
                *(paths_of(path) for path in (params.tables, params.masks, params.grids, params.clicks)),
                strict=True,
            )
        ],
        folds_csv=files.folds,
        thresholds_csv=files.thresholds,
        models=dict(zip(params.folds, files.models, strict=True)),
        segmentations_npy=files.segmentations,
        resize_pet=params.resize_pet,
        both_empty=params.both_empty,
        lesions_csv=out.lesions,
        slices_csv=out.slices,
        masks=dict(zip(params.patients, out.masks, strict=True)),
        workers=snakemake.threads,
        say=say,
    )
