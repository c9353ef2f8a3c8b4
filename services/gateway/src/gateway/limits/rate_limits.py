"""Rate limits, counted in Redis across gateways, or in this process while Redis is unavailable.

See docs/decisions/0020-rate-limits.md.
"""

import hashlib
import math
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import Any, Literal, cast

import redis.asyncio
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, SlidingWindowCounterSupport
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from vignette_shared.errors import RateLimited
from vignette_shared.observability.logs import get_logger
from vignette_shared.settings import LimitSettings

log = get_logger(__name__)

Rate = Literal["uploads", "writes", "reads", "transfers", "logins", "account", "registrations"]
DESCRIPTIONS: dict[Rate, str] = {
    "uploads": "uploads per account",
    "writes": "changes per account",
    "reads": "requests per address",
    "transfers": "file transfers per client",
    "logins": "logins per address",
    "account": "password attempts",
    "registrations": "registrations per address",
}
WINDOW_S = 60
AWAY_S = 5.0
"""seconds before the next attempt after Redis did not answer; until then, requests do not wait for it"""


class RateLimits:
    """Sliding one-minute windows of two counters each.

    Args:
        client: makes one round trip per request counted.
    """

    def __init__(
        self,
        client: "redis.asyncio.Redis",
        limits: LimitSettings,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._client = client
        self._clock = clock
        # The connections are the client's; the URL only selects the kind of storage.
        options: dict[str, Any] = {"connection_pool": client.connection_pool, "key_prefix": "rate"}
        shared = RedisStorage("async+redis://", implementation="redispy", **options)
        self._shared = SlidingWindowCounterRateLimiter(shared)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._away_until = -math.inf
        amounts: dict[Rate, int] = {
            "uploads": limits.uploads_per_minute,
            "writes": limits.writes_per_minute,
            "reads": limits.reads_per_minute,
            "transfers": limits.transfers_per_minute,
            "logins": limits.logins_per_minute,
            "account": limits.logins_per_account,
            "registrations": limits.registrations_per_minute,
        }
        self._items = {
            rate: RateLimitItemPerMinute(amount, namespace=rate)
            for rate, amount in amounts.items()
            if amount > 0
        }

    async def spend(self, rate: Rate, key: str) -> None:
        """Count one request of `key`; raises `RateLimited` without counting if the limit is reached."""
        await self._require(rate, key, count=True)

    async def refuse_spent(self, rate: Rate, key: str) -> None:
        """Raise `RateLimited` if `spend` would: for attempts that count only if they fail."""
        await self._require(rate, key, count=False)

    async def _require(self, rate: Rate, key: str, *, count: bool) -> None:
        if (item := self._items.get(rate)) is None:
            return
        seconds = await self._seconds_to_wait(item, key, count=count)
        if seconds is not None:
            retry_after = min(max(math.ceil(seconds), 1), 2 * WINDOW_S)
            detail = (
                f"The limit is {item.amount} {DESCRIPTIONS[rate]} a minute. Try again in {retry_after} s."
            )
            raise RateLimited(detail, retry_after=retry_after)

    async def _seconds_to_wait(self, item: RateLimitItemPerMinute, key: str, *, count: bool) -> float | None:
        if self._clock() >= self._away_until:
            try:
                return await _ask(self._shared, item, key, count=count)
            except RedisError as error:
                self._away_until = self._clock() + AWAY_S
                log.warning("rate_limits_without_redis", reason=str(error) or type(error).__name__)
        return await _ask(self._own, item, key, count=count)

    async def aclose(self) -> None:
        await self._client.aclose()


def address_key(host: str | None) -> str:
    """Return the key of an address: for IPv6 its first 64 bits, which one subscriber has to itself."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return host or "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return address.exploded[:19]
    return str(address)


def account_key(login: str) -> str:
    """Return the key of a login, hashed to keep email addresses out of Redis."""
    return hashlib.sha256(login.strip().casefold().encode()).hexdigest()[:32]


async def _ask(
    strategy: SlidingWindowCounterRateLimiter, item: RateLimitItemPerMinute, key: str, *, count: bool
) -> float | None:
    """Return None if the request passes, else the seconds until it would."""
    ask = strategy.hit if count else strategy.test
    return None if await ask(item, key) else await _seconds_until_free(strategy, item, key)


async def _seconds_until_free(
    strategy: SlidingWindowCounterRateLimiter, item: RateLimitItemPerMinute, key: str
) -> float:
    """Return the seconds until one more request passes, if no other arrives.

    The previous window counts by the share of it that lies within the last minute. `limits` only reports when
    its next unit expires.
    """
    storage = cast(SlidingWindowCounterSupport, strategy.storage)
    before, before_expires_in, now, now_expires_in = await storage.get_sliding_window(
        item.key_for(key), WINDOW_S
    )
    free = item.amount - now
    if free > 0:
        return before_expires_in - free * WINDOW_S / before if before else 0.0
    # The current window has to become the previous one and then lose one unit.
    return (now_expires_in - WINDOW_S) + WINDOW_S * (1 - (item.amount - 1) / now)
