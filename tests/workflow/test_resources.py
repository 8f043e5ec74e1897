"""What jobs ask a cluster for grows with what they read, and with each attempt."""

import re

import pytest

RULE = """\
RESULTS, LOGS = "results", "logs"
include: "workflow/rules/engine.smk"
PATIENTS = 1000 * ["p"]
rule one:
    input: "read.bin"
    output: "made.txt"
    resources: mem_mb=memory(100, 3), runtime=minutes(5, 0.5)
    shell: "touch {output}"
"""


@pytest.fixture
def asked(fresh):
    """What the rule asks for: memory (MB), minutes."""
    (fresh.folder / "one.smk").write_text(RULE)

    def ask(*arguments):
        done = fresh.asked("--snakefile", "one.smk", "--dry-run", "--quiet", "host", *arguments)
        assert done.returncode == 0, done.stderr
        said = done.stdout + done.stderr
        return re.search(r"mem_mb=([^,\s]+)", said)[1], re.search(r"runtime=([^,\s]+)", said)[1]

    return ask


def test_memory_and_time_grow_with_input_patients_and_attempts(fresh, asked):
    with open(fresh.folder / "read.bin", "wb") as file:
        file.truncate(20 * 2**20)
    # two Snakemakes of 160 MB and 0.025 MB a patient, 100 for the script, 3 for each of 20 MB; 5 minutes and 0.5 for each
    assert asked() == ("530", "15")
    assert asked("--attempt", "2") == ("1060", "30")


def test_what_reads_files_yet_to_be_made_asks_for_the_least(fresh, asked):
    (fresh.folder / "one.smk").write_text(RULE + 'rule two:\n    output: "read.bin"\n    shell: "touch {output}"\n')
    assert asked() == ("470", "5")
