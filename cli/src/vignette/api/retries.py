"""When a request is retried, and when it has to wait for the server's rate limit."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from vignette.errors import Refused, Stopped

SERIAL_S = 10
"""Seconds after a rate limit during which requests go one at a time."""
MAX_WAIT_S = 60
"""The longest `Retry-After` that a retry honours; a 429 waits as long as the server asks."""


@dataclass(frozen=True)
class RetryPolicy:
    """Attempts per request, with exponential backoff between `first_s` and `longest_s` seconds."""

    attempts: int
    longest_s: float = 30.0
    first_s: float = 0.5

    def retrying(self, sleep: Callable[[float], None], when: Callable[[BaseException], bool]) -> Retrying:
        """Return a callable that runs a function until `when` rejects its error or attempts run out."""
        return Retrying(
            sleep=sleep,
            stop=stop_after_attempt(self.attempts),
            wait=self._wait,
            retry=retry_if_exception(when),
            reraise=True,
        )

    def _wait(self, state: RetryCallState) -> float:
        # Jitter, because every client of a restarting server would otherwise return at the same moment.
        backoff = wait_exponential(self.first_s, self.longest_s)(state) * random.uniform(0.5, 1)  # noqa: S311
        error = state.outcome.exception() if state.outcome else None
        retry_after = error.retry_after_s if isinstance(error, Refused) else 0.0
        return min(max(backoff, retry_after), MAX_WAIT_S)


INTERACTIVE = RetryPolicy(attempts=3, longest_s=3)
"""For a person who waits for the answer."""
UNATTENDED = RetryPolicy(attempts=8)
"""For long runs: outlasts a server that restarts for a minute and a half."""


@dataclass
class Gate:
    """Pauses all workers of a process when the server limits one of them."""

    stop: threading.Event = field(default_factory=threading.Event)
    on_wait: Callable[[float, str], None] = lambda *_: None
    _closed_until: float = 0.0
    _serial_until: float = 0.0
    _serial: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def close(self, seconds: float, reason: str) -> None:
        """Hold all requests for `seconds`, and report it once for workers that are limited together."""
        with self._lock:
            until = time.monotonic() + seconds
            # Workers that are limited together compute slightly different times.
            is_new = until > self._closed_until + 0.5
            self._closed_until = max(self._closed_until, until)
            self._serial_until = self._closed_until + SERIAL_S
        if is_new:
            self.on_wait(seconds, reason)

    def wait(self) -> None:
        """Block while the gate is closed. Raises `Stopped`."""
        while (left := self._closed_until - time.monotonic()) > 0:
            self.sleep(left)
        if self.stop.is_set():
            raise Stopped

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for the turn to send one request. Raises `Stopped`.

        After a rate limit, workers take turns: if they all sent at once, all but one would be rejected.
        """
        if time.monotonic() >= self._serial_until:
            self.wait()
            yield
            return
        # Without the timeout, Ctrl-C would wait for the worker whose turn it is.
        while not self._serial.acquire(timeout=0.2):
            if self.stop.is_set():
                raise Stopped
        try:
            self.wait()
            yield
        finally:
            self._serial.release()

    def sleep(self, seconds: float) -> None:
        """Sleep until Ctrl-C. Raises `Stopped`."""
        if self.stop.wait(seconds):
            raise Stopped
