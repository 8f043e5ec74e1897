# The report: one page with all that in_report() named, which answers first. Included last, when all of it is known.
rule front_page:
    input:
        shown=lambda _: [item["path"] for item in in_the_report()],
        median_dice_csv="<results>/tables/median_dice.csv",
        methods_csv="<results>/tables/by_patient_methods.csv",
        pairs_csv="<results>/tables/by_patient_pairs.csv",
        warnings_csv="<results>/warnings.csv",
        run_csv="<results>/tables/run.csv",
    output:
        html="<results>/report.html",
    log:
        "<logs>/front_page/front_page.log",
    benchmark:
        "<logs>/front_page/front_page.tsv"
    conda:
        "../../../envs/report.yaml"
    resources:
        mem_mb=memory(250, 8),
        runtime=minutes(5, 0.05),
    params:
        about=lambda _: [{key: item[key] for key in ("category", "title", "caption")} for item in in_the_report()],
        kinds=kinds_of_methods(METHODS),
        outcome=OUTCOME,
        notices=NOTICES,
        # When a run started, and how long jobs took, is no result: it lies among the logs.
        logs=LOGS,
        code=script_digest("front_page"),
    script:
        "../../scripts/front_page.py"
