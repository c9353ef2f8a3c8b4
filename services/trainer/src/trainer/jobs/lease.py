"""A lease on a training: one worker at a time, kept alive while the training runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

from trainer.errors import TrainingHeld
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

# How long the lease of a dead worker excludes others. Longer than a restart of Redis.
LIFETIME_S = 60.0


@contextmanager
def lease(client: "redis.Redis", name: str, lifetime_s: float = LIFETIME_S) -> Iterator[threading.Event]:
    """Hold the lease `name`; a background thread extends it every third of its lifetime.

    Yields:
        An event that is set if the lease is lost: the work must stop.

    Raises:
        TrainingHeld: another worker holds the lease.
    """
    # Not thread-local: the thread that extends the lease needs the token of the one that acquired it.
    lock = Lock(client, f"lease:{name}", timeout=lifetime_s, blocking=False, thread_local=False)
    if not lock.acquire():
        raise TrainingHeld(f"Another worker holds the lease on {name}.")
    released, lost = threading.Event(), threading.Event()
    keeper = threading.Thread(
        target=_keep, args=(lock, released, lost, lifetime_s / 3), name=f"lease-{name}", daemon=True
    )
    keeper.start()
    try:
        yield lost
    finally:
        released.set()
        # Before the release: the thread could otherwise acquire the lease again after it.
        keeper.join()
        try:
            if not lost.is_set():
                lock.release()
        except RedisError as error:
            log.warning("lease_not_released", lease=name, reason=str(error))


def _keep(lock: Lock, released: threading.Event, lost: threading.Event, interval_s: float) -> None:
    while not released.wait(interval_s):
        try:
            if not _extend(lock):
                lost.set()
                return
        except RedisError as error:  # Redis may be restarting
            log.warning("lease_not_extended", lease=lock.name, reason=str(error))


def _extend(lock: Lock) -> bool:
    try:
        return lock.reacquire()
    except LockError:
        # The key is gone or another worker's. If gone, Redis has lost its data: acquire the lease again.
        return bool(lock.acquire())
