"""Open a model registry by its address."""

from pathlib import Path

from vignette_shared.registry import Registry
from vignette_shared.storage import open_store


def open_registry(address: str) -> Registry:
    """Open the registry at a URL or a local path."""
    return Registry(open_store(address if "://" in address else Path(address).resolve().as_uri()))
