"""oneclick-pet: what one click on a tumour is worth for its segmentation in FDG-PET (after Rainio et al. 2024)."""

from snakemake.utils import min_version

min_version("9.27")


include: "workflow/rules/engine.smk"


# A study named on the command line (--configfile studies/...) is complete: nothing of config.yaml is mixed into it.
if not workflow.overwrite_configfiles:

    configfile: "config.yaml"


# A file that says segment: or click_page: is no study but uses the networks of one; with statistics: it has scores of its own.
if "segment" in config:

    include: "workflow/rules/segment/settings.smk"
    include: "workflow/rules/segment/segment.smk"

elif "click_page" in config:

    include: "workflow/rules/pages.smk"
    include: "workflow/rules/click_page.smk"
    include: "workflow/rules/study/click_page.smk"

elif "statistics" in config:

    include: "workflow/rules/statistics.smk"
    include: "workflow/rules/study/by_patient.smk"

else:

    include: "workflow/rules/common.smk"
    include: "workflow/rules/pages.smk"

    report: "workflow/report/workflow.rst"

    rule all:
        input:
            "<results>/verification.csv",
            "<results>/scores.csv",
            ["<results>/thresholds.csv", "<results>/settings.json"] if NETWORKS else [],
            expand(
                "<results>/tables/{table}.{kind}",
                table=["median_dice", "wilcoxon", "f_test", "run"],
                kind=["csv", "html"],
            ),
            "<results>/tables/by_patient.html",
            "<results>/tables/statistics.md",
            "<results>/tables/scores.html",
            expand(
                "<results>/figures/{figure}.{kind}",
                figure=["flowchart", "box_plots", "example_slices"] + ["loss_curves"] * bool(NETWORKS),
                kind=["png", "svg"],
            ),
            lambda wildcards: [*SCAN_SHEETS, *PREDICTION_SHEETS],
            expand("<results>/masks/{method}", method=METHODS),
            "<results>/tables/repeats.html" if len(RUNS) > 1 else [],
            "<results>/report.html",

    include: "workflow/rules/study/cohort.smk"
    include: "workflow/rules/study/contact_sheets.smk"
    include: "workflow/rules/study/preprocess.smk"
    include: "workflow/rules/study/clicks.smk"
    include: "workflow/rules/study/readers.smk"
    include: "workflow/rules/study/folds.smk"
    include: "workflow/rules/study/networks.smk"
    include: "workflow/rules/study/methods.smk"
    include: "workflow/rules/study/scores.smk"
    include: "workflow/rules/study/tables.smk"
    include: "workflow/rules/study/by_patient.smk"
    include: "workflow/rules/study/figures.smk"
    include: "workflow/rules/study/export.smk"
    include: "workflow/rules/study/click_page.smk"
    include: "workflow/rules/study/reading_pages.smk"
    include: "workflow/rules/questions/common.smk"
    include: "workflow/rules/questions/other_clicks.smk"
    include: "workflow/rules/questions/offsets.smk"
    include: "workflow/rules/questions/cross.smk"
    include: "workflow/rules/questions/misses.smk"
    include: "workflow/rules/questions/readers.smk"
    include: "workflow/rules/questions/measures.smk"
    include: "workflow/rules/questions/walk.smk"
    include: "workflow/rules/questions/effort.smk"
    include: "workflow/rules/questions/repeats.smk"
    include: "workflow/rules/questions/cohort_map.smk"
    include: "workflow/rules/questions/conclusions.smk"
    include: "workflow/rules/study/report.smk"


include: "workflow/rules/targets.smk"
