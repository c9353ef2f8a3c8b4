"""The broker's address, and connections to Redis besides Celery's own."""

from urllib.parse import quote, urlsplit

import redis
import redis.asyncio

from vignette_shared.errors import SettingsError
from vignette_shared.settings import BrokerSettings, read_secret

READ_TIMEOUT_S = 5.0


def broker_url(settings: BrokerSettings) -> str:
    """Return the broker's address, with the password from its file where there is one.

    Raises:
        SettingsError: the file can't be read, or the address carries a password besides.
    """
    if settings.password_file is None:
        return settings.url
    parts = urlsplit(settings.url)
    if parts.password is not None:
        raise SettingsError("VIGNETTE_BROKER__URL holds a password; remove it or the password file.")
    user, _, host = parts.netloc.rpartition("@")
    password = quote(read_secret(settings.password_file), safe="")
    return parts._replace(netloc=f"{user}:{password}@{host}").geturl()


def connect(settings: BrokerSettings) -> "redis.Redis":
    """Return a client for short commands; it connects at the first of them."""
    return redis.Redis.from_url(
        broker_url(settings),
        socket_timeout=READ_TIMEOUT_S,
        socket_connect_timeout=settings.connect_timeout_s,
    )


def connect_async(settings: BrokerSettings, *, longest_block_s: float = 0.0) -> "redis.asyncio.Redis":
    """Return an asynchronous client.

    Args:
        longest_block_s: seconds of the longest blocking command; the client's own timeout lies beyond it,
            since redis-py would otherwise drop the connection in the middle of the wait.
    """
    return redis.asyncio.Redis.from_url(
        broker_url(settings),
        socket_timeout=READ_TIMEOUT_S + longest_block_s,
        socket_connect_timeout=settings.connect_timeout_s,
    )
