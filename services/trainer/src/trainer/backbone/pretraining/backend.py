"""Check Keras' backend before a training does anything slow."""

import importlib.util
import os
from collections.abc import Callable

from trainer.errors import TrainingFailed

# Keras' backends that can train, and the package to install for each.
PACKAGES = {"tensorflow": "tensorflow-cpu", "jax": "jax", "torch": "torch"}


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def require_backend(name: str | None = None, is_installed: Callable[[str], bool] = _is_installed) -> None:
    """Raise `TrainingFailed` unless Keras' backend can train and is installed.

    Args:
        name: the backend. Default: KERAS_BACKEND, or TensorFlow.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow") if name is None else name
    if backend not in PACKAGES:
        raise TrainingFailed(
            f"KERAS_BACKEND is {backend!r}, which can't train: use tensorflow, jax or torch."
        )
    if not is_installed(backend):
        otherwise = "" if backend == "tensorflow" else ", or unset KERAS_BACKEND to train with TensorFlow"
        raise TrainingFailed(
            f"KERAS_BACKEND is {backend}, which is not installed: "
            f"`pip install {PACKAGES[backend]}`{otherwise}."
        )
