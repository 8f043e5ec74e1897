from oneclick.engine.runs import record_run


def test_each_run_is_a_row_of_its_own(tmp_path):
    path = tmp_path / "provenance/runs.csv"
    record_run(path, "paper.yaml", "0123456789ab, with changes", "A processor, 2 cores", 1_700_000_000.9)
    record_run(path, "paper.yaml", "0123456789ab", "A processor, 2 cores", 1_700_000_060)
    assert path.read_text() == (
        "started,settings,commit,machine\n"
        '2023-11-14T22:13:20Z,paper.yaml,"0123456789ab, with changes","A processor, 2 cores"\n'
        '2023-11-14T22:14:20Z,paper.yaml,0123456789ab,"A processor, 2 cores"\n'
    )
