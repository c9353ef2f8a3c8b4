"""Waiting for a condition, never for a fixed time."""

import time
from collections.abc import Callable, Iterator

from tests.support.patience import WAIT_S


def wait_until(
    condition: Callable[[], bool], what: str, seconds: float = WAIT_S, pause_s: float = 0.02
) -> None:
    """Return once `condition` holds; fails saying `what` it waited for."""
    for _ in until(seconds, pause_s):
        if condition():
            return
    raise AssertionError(f"{what} did not happen within {seconds:.0f} s")


def until(seconds: float = WAIT_S, pause_s: float = 0.1) -> Iterator[None]:
    """Yield until the time is up; the loop returns or breaks once it sees its result."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(pause_s)
