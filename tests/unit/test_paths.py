import pickle

from oneclick.engine.patient_files import PerPatient, of_each


def test_a_path_has_each_patients_name_in_the_place_of_patient():
    assert of_each(["a", "b"], "x/{patient}/{patient}.csv") == {"a": "x/a/a.csv", "b": "x/b/b.csv"}


def test_a_list_of_all_patients_stands_for_itself_by_a_short_text_that_is_another_for_another_list():
    lists = [["a", "b"], ["b", "a"], ["ab"], [None, "b"], ["None", "b"], [f"p{n}" for n in range(10_000)]]
    texts = [repr(PerPatient(items)) for items in lists]
    assert len(set(texts)) == len(lists) and max(map(len, texts)) < 40
    assert repr(PerPatient(["a", "b"])) == texts[0]
    assert pickle.loads(pickle.dumps(PerPatient(lists[-1]), protocol=4)) == lists[-1]
