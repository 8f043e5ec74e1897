from itertools import combinations

import numpy as np
import pytest

from oneclick.paper import results as paper
from oneclick.paper.cohort import N_PATIENTS, SLICES_PER_PATIENT


def test_slice_counts_give_the_papers_cohort():
    counts = np.array(SLICES_PER_PATIENT)
    assert (len(counts), counts.sum(), counts.min(), counts.max()) == (89, 962, 1, 26)
    assert counts.mean() == pytest.approx(10.81, abs=0.005)
    assert counts.std() == pytest.approx(6.06, abs=0.005)
    assert (paper.N_PATIENTS_WITH_SLICES, paper.N_SLICES, N_PATIENTS) == (89, 962, 100)


def test_every_pair_of_methods_has_its_p_values_in_either_order():
    for a, b in combinations(paper.METHODS, 2):
        assert paper.wilcoxon_p(a, b) == paper.wilcoxon_p(b, a) < 0.05  # the paper: all significant
        assert 0 < paper.f_test_p(a, b) == paper.f_test_p(b, a)
    assert paper.wilcoxon_p("CNNrand", "CNNonly") == 0.0487
    assert paper.f_test_p("rand1CNN", "cm1CNN") == 0.167


def test_best_method_is_32_3_percent_above_the_automatic_one():
    assert paper.median_dice("cm1CNN") / paper.median_dice("CNNonly") - 1 == pytest.approx(0.323, abs=0.0005)


def test_what_the_paper_does_not_have_is_nan():
    assert np.isnan(paper.median_dice("other"))
    assert np.isnan(paper.median_dice("CNNonly", "6"))
    assert np.isnan(paper.sd_dice("CNNonly", "1"))
    assert np.isnan(paper.wilcoxon_p("CNNonly", "other"))
    assert np.isnan(paper.f_test_p("CNNonly", "CNNonly"))
