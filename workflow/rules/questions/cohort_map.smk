# When does which use of the click win? Beside the study, each point of the map is a whole study of another phantom cohort,
# which workflow/cohort_map.py (make cohort-map) has run.
from oneclick.settings.cohort_map import check_points, points_and_uses

try:
    POINTS, USES = points_and_uses(config, schema) if "cohort_map" in config else ([], None)
except UserError as error:
    cannot_start("This study", error)

# The phantom's own traits, from which the points differ
USUAL = {trait: config["cohort"]["phantom"][trait] for trait in TRAITS} if PHANTOM else {}


def scores_of_points(wildcards):
    """Input function: the scores of all points. Called when the map is asked for, however that is; without what it needs the
    run ends here, before any job."""
    try:
        points, _ = points_and_uses(config, schema)
        check_points(points[1:], os.path.relpath([*workflow.overwrite_configfiles, "config.yaml"][0]))
    except UserError as error:
        cannot_start("The map of cohorts", error)
    return [point.scores_csv for point in points]


rule cohort_map:
    input:
        scores_csvs=scores_of_points,
    output:
        medians_csv="<results>/tables/cohort_map.csv",
        margins_csv="<results>/tables/cohort_map_margins.csv",
        html=report(
            "<results>/tables/cohort_map.html",
            caption="../../report/cohort_map.rst",
            category="Beyond the paper",
            labels={"table": "When does which use of the click win?"},
        ),
        png=report(
            "<results>/figures/cohort_map.png",
            caption="../../report/cohort_map.rst",
            category="Beyond the paper",
            labels={"figure": "When does which use of the click win?"},
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
