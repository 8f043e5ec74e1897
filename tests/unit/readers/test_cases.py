from itertools import pairwise

import pytest

from oneclick.readers.cases import cases_of, cases_of_reader, order_of, read_patients

PATIENTS = [f"P{n:02d}" for n in range(12)]
SETTINGS = {
    "patients": 6,
    "repeated": 2,
    "clicks": "slice",
    "instruction": None,
    "show_answer": False,
    "practice": "P03",
    "break_after": 4,
}


def test_each_reader_reads_all_patients_in_an_order_of_their_own_and_some_twice():
    orders = {code: cases_of(code, PATIENTS, 3, "X", seed=1) for code in ("R1", "R2", "R3", "R4")}
    for cases in orders.values():
        assert [case.case for case in cases] == list(range(16))
        assert (cases[0].patient, cases[0].practice) == ("X", 1) and not any(case.practice for case in cases[1:])
        assert sorted(case.patient for case in cases[1:] if not case.repeat) == PATIENTS
        twice = [case.patient for case in cases if case.repeat]
        assert len(set(twice)) == 3
        for patient in twice:
            first, second = (case.case for case in cases if case.patient == patient)
            assert [case.repeat for case in cases if case.patient == patient] == [0, 1] and second - first > 1
    assert len({tuple(case.patient for case in cases) for cases in orders.values()}) == 4


def test_orders_stay_as_they_were_drawn_for_readers_have_their_page_for_weeks():
    one, two = (cases_of_reader(SETTINGS, code, PATIENTS, 5) for code in ("R1", "R2"))
    assert one["digest"] == two["digest"] and one["cases"] != two["cases"]
    assert [case["patient"] for case in one["cases"]] == ["P03", *EXPECTED]
    assert [case["practice"] for case in one["cases"]] == [1] + 8 * [0] and one["instruction"].startswith("Click each")


EXPECTED = ["P09", "P01", "P11", "P05", "P10", "P08", "P01", "P05"]


@pytest.mark.parametrize(
    "change",
    [
        {"instruction": "Click."},
        {"clicks": "lesion"},
        {"show_answer": True},
        {"repeated": 1},
        {"break_after": None},
        {"patients": 5},
    ],
)
def test_the_digest_is_of_all_that_readers_see(change):
    digests = {cases_of_reader(SETTINGS | new, "R1", PATIENTS, 5)["digest"] for new in ({}, change)}
    assert len(digests) == 2
    assert cases_of_reader(SETTINGS, "R1", PATIENTS, 6)["digest"] not in digests


@pytest.mark.parametrize(("n", "repeated"), [(2, 1), (2, 2), (3, 3), (5, 5), (30, 10)])
def test_both_readings_of_a_patient_never_follow_one_another(n, repeated):
    patients = PATIENTS[:n] if n <= 12 else [str(k) for k in range(n)]
    for seed in range(20):
        order = order_of("R1", patients, repeated, seed)
        assert len(order) == n + repeated and set(order) == set(patients)
        assert all(one != other for one, other in pairwise(order))


def test_of_many_patients_half_lie_between_both_readings():
    order = order_of("R1", [str(n) for n in range(30)], 2, 3)
    for patient in {patient for patient in order if order.count(patient) == 2}:
        first = order.index(patient)
        assert order.index(patient, first + 1) - first > 15


def test_the_practice_patient_is_not_read():
    assert set(read_patients(PATIENTS, 11, "P03", 1)) == set(PATIENTS) - {"P03"}
    assert read_patients(PATIENTS, ["P05", "P01"], None, 1) == ["P01", "P05"]
    with pytest.raises(ValueError, match="single patient"):
        order_of("R1", ["a"], 1, 0)
