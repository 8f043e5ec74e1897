from oneclick.job import job

with job(snakemake.log[0], "tables"):
    from oneclick.tables import write_f_test, write_median_dice, write_wilcoxon

    scores, out, phantom = snakemake.input[0], snakemake.output, snakemake.params.phantom
    write_median_dice(scores, out.median_dice, out.median_dice_page, phantom=phantom)
    write_wilcoxon(scores, out.wilcoxon, out.wilcoxon_page, phantom=phantom)
    write_f_test(scores, out.f_test, out.f_test_page, phantom=phantom)
