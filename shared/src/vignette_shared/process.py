"""How every process starts: an expected error prints one line to standard error and exits with 2."""

import sys
from collections.abc import Callable

from vignette_shared.errors import VignetteError


def run(process: str, start: Callable[[], int | None]) -> int:
    """Call `start` and return the exit status of the process."""
    try:
        return start() or 0
    except VignetteError as error:
        sys.stderr.write(f"{process}: {error.detail}\n")
        return 2
