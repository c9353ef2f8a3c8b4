"""How many messages a worker has processed in the last minute, which its heartbeat reports."""

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

from vignette_shared.contracts.tasks import CATALOGUE

WINDOW_S = 60.0
_QUEUES = {spec.name: spec.queue for spec in CATALOGUE}


class Throughput:
    """Counts processed messages by queue over the last minute; thread-safe."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._finished: deque[tuple[float, str]] = deque()

    def count(self, task: str) -> None:
        """Count one processed message of a task."""
        with self._lock:
            self._finished.append((self._now(), _QUEUES.get(task, task)))
            self._drop_old()

    def last_minute(self) -> dict[str, int]:
        """Return the number of processed messages by queue; queues without any are left out."""
        counts: dict[str, int] = {}
        with self._lock:
            self._drop_old()
            for _, queue in self._finished:
                counts[queue] = counts.get(queue, 0) + 1
        return counts

    def _drop_old(self) -> None:
        while self._finished and self._finished[0][0] <= self._now() - WINDOW_S:
            self._finished.popleft()
