from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    from oneclick.evaluation.by_patient import Outcome
    from oneclick.evaluation.own_scores import write_any_scores

    write_any_scores(**arguments(snakemake, outcome=Outcome), say=say)
