# When does which use of the click win? Beside the study, each point of the map is a whole study of another phantom cohort,
# without the settings of what is not asked of it, lest they rerun it, and with folds of its own.
STUDIES = {
    point.name: {
        key: value
        for key, value in (point.study | {"results": "results"}).items()
        if key not in ("offsets", "measures", "effort", "cross", "frozen_folds")
    }
    for point in POINTS[1:]
}
# A point runs the rules of studies, which are not this run's: what any of their scripts does is a param of it. Where that
# changes nothing of a point, its study finds nothing to do.
STUDY_CODE = [
    script_digest(script.stem)
    for script in sorted((ROOT / "workflow/scripts").glob("*.py"))
    if script.stem not in ("point", "map_tables")
]


wildcard_constraints:
    point=one_of(STUDIES),


rule map:
    input:
        "<results>/tables/map.html",


# Snakemake in Snakemake: a study of its own in its own folder, with all cores, that goes on where it was. In no environment of
# conda, for it is Snakemake that it needs.
rule point:
    output:
        study="<results>/points/{point}/study.yaml",
        scores="<results>/points/{point}/results/scores.csv",
    log:
        "<logs>/point/{point}.log",
    benchmark:
        "<logs>/point/{point}.tsv"
    threads: workflow.resource_settings.cores or 4
    resources:
        mem_mb=memory(8000),
        runtime=minutes(600),
    params:
        study=lambda wildcards: STUDIES[wildcards.point],
        snakefile=str(ROOT / "Snakefile"),
        conda="conda" in map(str, workflow.deployment_settings.deployment_method),
        studies=STUDY_CODE,
        code=script_digest("point"),
    script:
        "../../scripts/point.py"


rule map_tables:
    input:
        ["<results>/scores.csv", *(f"<results>/points/{point}/results/scores.csv" for point in STUDIES)],
    output:
        medians="<results>/tables/map.csv",
        margins="<results>/tables/map_margins.csv",
        page=report(
            "<results>/tables/map.html",
            caption="../../report/map.rst",
            category="Beyond the paper",
            labels={"table": "When does which use of the click win?"},
        ),
        png=report(
            "<results>/figures/map.png",
            caption="../../report/map.rst",
            category="Beyond the paper",
            labels={"figure": "When does which use of the click win?"},
        ),
        svg="<results>/figures/map.svg",
    log:
        "<logs>/map_tables/map_tables.log",
    benchmark:
        "<logs>/map_tables/map_tables.tsv"
    conda:
        "../../../envs/figures.yaml"
    resources:
        mem_mb=memory(300, 20),
        runtime=minutes(30),
    params:
        points=[(point.name, point.parameter, point.value) for point in POINTS],
        usual=POINTS[0].study["cohort"]["phantom"],
        none=USES.none,
        pairs=USES.pairs,
        seed=config["seed"],
        code=script_digest("map_tables"),
    script:
        "../../scripts/map_tables.py"
