"""Threads and messages of the library that Keras computes with; to be called before Keras is imported."""

import os
from importlib.util import find_spec
from pathlib import Path

from oneclick.common.errors import UserError

BACKENDS = ("tensorflow", "jax", "torch")


def prepare_backend(threads: int) -> None:
    """Let the Keras backend, TensorFlow unless the environment's KERAS_BACKEND names another, use ``threads`` threads, and
    keep its start-up messages out of the logs.

    Raises UserError if KERAS_BACKEND names none of :data:`BACKENDS`, or one that is not installed.
    """
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if backend not in BACKENDS:
        raise UserError(f"KERAS_BACKEND={backend} cannot train these networks; set it to one of {', '.join(BACKENDS)}")
    if find_spec(backend) is None:
        raise UserError(f"KERAS_BACKEND={backend}, but {backend} is not installed; install it or unset KERAS_BACKEND")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # TensorFlow uses oneDNN's convolutions by itself on processors with AVX-512 only; with AVX2 they train twice as fast.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ["OMP_NUM_THREADS"] = str(threads)
    # Where there is a GPU, one training does not take all of its memory from the others.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    if backend == "jax":
        os.environ["NPROC"] = str(threads)  # from which XLA takes the size of its pools of threads
    elif backend == "torch":
        import torch

        torch.set_num_threads(threads)
    else:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)


def precision_of(choice: str, cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """What networks are trained in: the choice, or of ``auto`` mixed_bfloat16 where the processor multiplies in bfloat16
    (AVX512-BF16 or AMX; read from ``cpuinfo``, which is there on Linux), else float32."""
    if choice != "auto":
        return choice
    words = set(cpuinfo.read_text().split()) if cpuinfo.is_file() else set()
    return "mixed_bfloat16" if words & {"avx512_bf16", "amx_bf16"} else "float32"
