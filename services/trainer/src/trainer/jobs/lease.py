"""A training belongs to one worker at a time: a key in Redis that its holder keeps alive."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from redis.exceptions import RedisError

from trainer.errors import TrainingHeld
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

LIFETIME_S = 60.0
"""How long a dead worker's lease keeps others out."""

# Compare and act in one step: a lease that ran out may be another's by now.
_IF_OURS = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call({action}) end return 0"
_RENEW = _IF_OURS.format(action="'pexpire', KEYS[1], ARGV[2]")
_RELEASE = _IF_OURS.format(action="'del', KEYS[1]")


@contextmanager
def lease(client: "redis.Redis", name: str, lifetime_s: float = LIFETIME_S) -> Iterator[threading.Event]:
    """Hold the lease `name`, renewed in the background at a third of its lifetime.

    Yields:
        An event that is set when the lease was lost and the work must stop.

    Raises:
        TrainingHeld: another holds it.
    """
    key, token = f"lease:{name}", uuid.uuid4().hex
    lifetime_ms = int(lifetime_s * 1000)

    def take() -> bool:
        return bool(client.set(key, token, nx=True, px=lifetime_ms))

    if not take():
        raise TrainingHeld(f"{name} is in another worker's hands.")
    released, lost = threading.Event(), threading.Event()

    def renew() -> None:
        while not released.wait(lifetime_s / 3):
            try:
                # Where it is gone but nobody else's, Redis has lost its data: it is taken once more.
                if not client.eval(_RENEW, 1, key, token, lifetime_ms) and not take():
                    lost.set()
                    return
            except RedisError as error:  # a restart of Redis is shorter than the lease
                log.warning("lease_not_renewed", lease=name, reason=str(error))

    thread = threading.Thread(target=renew, name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        released.set()
        thread.join()
        try:
            client.eval(_RELEASE, 1, key, token)
        except RedisError as error:
            log.warning("lease_not_released", lease=name, reason=str(error))
