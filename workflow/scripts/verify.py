import os

from oneclick.engine.job import arguments, job

with job(snakemake) as say:
    # Each thread reads scans of its own. NumPy, yet to be imported, would start as many more for each product of matrices.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    from oneclick.data.slice_guard import Slicing
    from oneclick.data.verification import Scans, write_verification

    write_verification(**arguments(snakemake, scans=Scans, slicing=Slicing), workers=snakemake.threads, say=say)
