from oneclick.engine.job import job

with job(snakemake):
    from oneclick.common.tables import read_table
    from oneclick.report.paper_tables import collapsed_trainings, write_f_test, write_median_dice, write_wilcoxon
    from oneclick.report.score_page import write_scores_page

    scores, out = snakemake.input.scores, snakemake.output
    said = {"oracles": snakemake.params.oracles, "phantom": snakemake.params.phantom}
    thresholds = snakemake.input.thresholds  # of a study without networks there are none
    collapsed = collapsed_trainings(read_table(thresholds), snakemake.params.networks) if thresholds else []
    write_median_dice(scores, out.median_dice, out.median_dice_page, warnings=collapsed, **said)
    write_wilcoxon(scores, out.wilcoxon, out.wilcoxon_page, **said)
    write_f_test(scores, out.f_test, out.f_test_page, **said)
    write_scores_page(scores, out.scores_page, **said)
