# When does which use of the click win? Beside the study, each point of the map is a whole study of another phantom cohort,
# which workflow/cohort_map.py (make cohort-map) has run.
MAPPED = len(POINTS) > 1 and all(point.has_run() for point in POINTS[1:])


rule cohort_map:
    input:
        scores_csvs=scores_of_points,
    output:
        medians_csv="<results>/tables/cohort_map.csv",
        margins_csv="<results>/tables/cohort_map_margins.csv",
        html=in_report(
            "<results>/tables/cohort_map.html",
            "Beyond the paper",
            shown=MAPPED and ASKED,
            table="When does which use of the click win?",
        ),
        png=in_report(
            "<results>/figures/cohort_map.png",
            "Beyond the paper",
            shown=MAPPED and ASKED,
            figure="When does which use of the click win?",
        ),
        svg="<results>/figures/cohort_map.svg",
    log:
        "<logs>/cohort_map/cohort_map.log",
    benchmark:
        "<logs>/cohort_map/cohort_map.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 20),
        runtime=minutes(30),
    params:
        points=[(point.name, point.parameter, point.value) for point in POINTS],
        usual=USUAL,
        uses={"none": USES.none, "pairs": USES.pairs} if USES else None,
        seed=config["seed"],
        code=script_digest("cohort_map"),
    script:
        "../../scripts/cohort_map.py"
