"""Threads and messages of the library that Keras computes with; to be called before Keras is imported."""

import os
from pathlib import Path


def prepare_backend(threads: int) -> None:
    """Let the Keras backend use ``threads`` threads, and keep its start-up messages out of the logs."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # TensorFlow uses oneDNN's convolutions by itself on processors with AVX-512 only; with AVX2 they train twice as fast.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ["OMP_NUM_THREADS"] = str(threads)
    if os.environ["KERAS_BACKEND"] == "tensorflow":
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
