"""Connections to Redis besides Celery's own."""

import redis
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from vignette_shared.settings import BrokerSettings

READ_TIMEOUT_S = 5.0


def connect(settings: BrokerSettings, *, longest_block_s: float = 0.0) -> "redis.Redis":
    """Return a client, which connects at its first command; `longest_block_s` as in `connect_async`."""
    return redis.Redis.from_url(
        settings.url,
        socket_timeout=READ_TIMEOUT_S + longest_block_s,
        socket_connect_timeout=settings.connect_timeout_s,
    )


def connect_async(
    settings: BrokerSettings, *, longest_block_s: float = 0.0, max_connections: int | None = None
) -> "redis.asyncio.Redis":
    """Return an asynchronous client.

    Args:
        longest_block_s: seconds of the longest blocking command; the client's own timeout lies beyond it,
            since redis-py would otherwise drop the connection in the middle of the wait.
        max_connections: of this client; a command beyond them fails.
    """
    return redis.asyncio.Redis.from_url(
        settings.url,
        socket_timeout=READ_TIMEOUT_S + longest_block_s,
        socket_connect_timeout=settings.connect_timeout_s,
        max_connections=max_connections,
        # Someone waits: redis-py's own retries would keep them for seconds when Redis is down.
        retry=Retry(NoBackoff(), 0),
    )
