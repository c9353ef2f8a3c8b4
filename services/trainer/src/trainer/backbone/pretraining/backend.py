"""Which library Keras computes with, asked for before anything slow is done."""

import importlib.util
import os
from collections.abc import Callable

from trainer.errors import TrainingFailed

PACKAGES = {"tensorflow": "tensorflow-cpu", "jax": "jax", "torch": "torch"}
"""Backends of Keras that train, and what to install for each."""


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def require_backend(name: str | None = None, is_installed: Callable[[str], bool] = _is_installed) -> None:
    """Raise `TrainingFailed` unless Keras' backend is one that trains, and is installed.

    Args:
        name: of the backend; from the environment when left out, TensorFlow where that says nothing.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow") if name is None else name
    if backend not in PACKAGES:
        raise TrainingFailed(
            f"KERAS_BACKEND is {backend!r}, which can't train: take tensorflow, jax or torch."
        )
    if not is_installed(backend):
        otherwise = "" if backend == "tensorflow" else ", or unset KERAS_BACKEND to train with TensorFlow"
        raise TrainingFailed(
            f"KERAS_BACKEND is {backend}, and {backend} is not installed: "
            f"`pip install {PACKAGES[backend]}`{otherwise}."
        )
