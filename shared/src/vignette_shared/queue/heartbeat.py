"""Worker heartbeats in Redis; `make up`, health checks and `/readyz` read them.

`python -m vignette_shared.queue.heartbeat SERVICE` exits with 0 if an instance on this host is alive, else 1.
"""

import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import redis
from redis.exceptions import RedisError

from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.connection import connect
from vignette_shared.settings import BrokerSettings, ServiceSettings, load_settings

PERIOD_S = 5.0
# Three missed beats: one may be late on a busy machine.
LIFETIME_S = 20
log = get_logger(__name__)


class Heartbeat(threading.Thread):
    """Writes `heartbeat:<service>:<host>:<pid>` every 5 s until stopped; Redis expires it after 20 s.

    Args:
        details: returns what the heartbeat reports besides, such as the model version in use.
    """

    def __init__(
        self, service: str, client: "redis.Redis", details: Callable[[], dict[str, Any]] = dict
    ) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._key = f"heartbeat:{service}:{socket.gethostname()}:{os.getpid()}"
        self._client = client
        self._details = [details]
        self._stopped = threading.Event()

    def add_details(self, details: Callable[[], dict[str, Any]]) -> None:
        """Add details to the heartbeat; call before `start`."""
        self._details.append(details)

    def run(self) -> None:
        while True:
            body: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "pid": os.getpid()}
            for details in self._details:
                body |= details()
            try:
                self._client.set(self._key, json.dumps(body), ex=LIFETIME_S)
            except RedisError as error:
                log.warning("heartbeat_failed", reason=str(error))
            if self._stopped.wait(PERIOD_S):
                return

    def stop(self) -> None:
        """Stop the thread and delete the heartbeat."""
        self._stopped.set()
        try:
            self._client.delete(self._key)
        except RedisError as error:
            log.warning("heartbeat_failed", reason=str(error))


def live_instances(client: "redis.Redis", service: str, host: str = "*") -> list[dict[str, Any]]:
    """Return the last heartbeat of each live instance of a service; raises `RedisError`."""
    # SCAN instead of KEYS, which would block Redis.
    keys = list(client.scan_iter(match=f"heartbeat:{service}:{host}:*", count=1000))
    return [json.loads(body) for body in client.mget(keys) if body] if keys else []


class _Settings(ServiceSettings):
    broker: BrokerSettings


def main(service: str) -> int:
    settings = load_settings(_Settings)
    client = connect(settings.broker)
    try:
        return 0 if live_instances(client, service, socket.gethostname()) else 1
    except RedisError as error:
        sys.stderr.write(f"Redis does not answer: {error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
