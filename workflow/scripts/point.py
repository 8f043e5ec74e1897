from oneclick.engine.job import job

with job(snakemake.log[0], f"point {snakemake.wildcards.point}") as say:
    from oneclick.engine.sub_study import run_study

    run_study(
        snakemake.params.study,
        snakemake.output.study,
        target="results/scores.csv",
        snakefile=snakemake.params.snakefile,
        cores=snakemake.threads,
        conda=snakemake.params.conda,
        log=snakemake.log[0],
        say=say,
    )
