"""How many slices with tumour the paper's patients have, from the output of the notebook that the authors published with it
(Rainio et al. 2024, doi 10.1007/s13721-024-00483-0). Apart from the paper's results, for the phantom is made from these."""

N_PATIENTS = 100
"""Patients scanned; :data:`SLICES_PER_PATIENT` lists the 89 of them that had slices with at least 6 tumour pixels."""

SLICES_PER_PATIENT = (
    3, 9, 11, 14, 8, 9, 15, 12, 5, 10, 13, 8, 11, 10, 4, 13, 4, 4, 6, 4, 6, 6, 5, 12, 12, 6, 18, 18, 6, 19,
    7, 12, 13, 22, 10, 5, 20, 5, 12, 25, 5, 7, 2, 9, 6, 18, 24, 11, 11, 13, 21, 7, 6, 9, 13, 5, 2, 1, 7, 3,
    18, 15, 6, 20, 26, 16, 13, 10, 11, 6, 3, 4, 15, 6, 26, 6, 10, 10, 20, 5, 17, 13, 18, 13, 14, 11, 4, 11, 23,
)  # fmt: skip
