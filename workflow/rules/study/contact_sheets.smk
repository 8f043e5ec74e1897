# The check of all scans, without anything of the study: snakemake check.
rule check:
    input:
        "<results>/verification.csv",
