"""Waiting for a condition, never for a fixed time."""

import time
from collections.abc import Callable, Iterator


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Return once `condition` holds; fails after 10 s."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.01)


def until(seconds: float, pause_s: float = 0.1) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(pause_s)
