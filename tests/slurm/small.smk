# Rules that do nothing but what a test needs, with the helpers of the workflow.
PATIENTS, RESULTS, LOGS = [], "results", "logs"


include: "workflow/rules/engine.smk"


# Takes 300 MB beside what memory() adds for Snakemake, and says 100.
rule hungry:
    output:
        "hungry.txt",
    resources:
        mem_mb=memory(100),
    shell:
        "python -c 'import time; taken = bytearray(b\"x\") * (300 * 2**20); time.sleep(4)'; echo {resources.mem_mb} > {output}"


rule long:
    output:
        "long-{number}.txt",
    resources:
        mem_mb=memory(0),
    shell:
        "sleep 300; touch {output}"


rule first:
    output:
        "first.txt",
    resources:
        mem_mb=memory(0),
    shell:
        "echo started >> {output}.runs; sleep 6; touch {output}"


rule second:
    input:
        "first.txt",
    output:
        "second.txt",
    shell:
        "touch {output}"
