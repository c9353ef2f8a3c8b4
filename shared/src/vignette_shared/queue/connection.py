"""Redis clients for everything but the queue: events, heartbeats, replies, rate limits, locks."""

import redis
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from vignette_shared.settings import BrokerSettings

READ_TIMEOUT_S = 5.0


def connect(settings: BrokerSettings, *, longest_block_s: float = 0.0) -> "redis.Redis":
    """Return a client, which connects on its first command; `longest_block_s` as in `connect_async`."""
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
        longest_block_s: seconds of the longest blocking command. It is added to the socket timeout, after
            which redis-py would drop the connection in the middle of the command.
        max_connections: of this client; a command that needs one more fails.
    """
    return redis.asyncio.Redis.from_url(
        settings.url,
        socket_timeout=READ_TIMEOUT_S + longest_block_s,
        socket_connect_timeout=settings.connect_timeout_s,
        max_connections=max_connections,
        # A user waits for the answer; the default retries would add seconds whenever Redis is down.
        retry=Retry(NoBackoff(), 0),
    )
