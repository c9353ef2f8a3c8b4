"""How the processes start and how they refuse to: one line on standard error, exit status 2."""

import sys
from collections.abc import Callable

from vignette_shared.errors import VignetteError


def run(process: str, start: Callable[[], int | None]) -> int:
    """Run a process; returns its exit status."""
    try:
        return start() or 0
    except VignetteError as error:
        sys.stderr.write(f"{process}: {error.detail}\n")
        return 2
