"""How often someone may ask: counted in Redis for all gateways, and in this process while Redis is away."""

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
PHRASES: dict[Rate, str] = {
    "uploads": "uploads a minute are taken from one account",
    "writes": "changes a minute are taken from one account",
    "reads": "requests a minute are answered to one address",
    "transfers": "transfers of files a minute are made with one side",
    "logins": "logins a minute are tried from one address",
    "account": "passwords a minute are tried here",
    "registrations": "accounts a minute are made from one address",
}
WINDOW_S = 60
AWAY_S = 5.0
"""seconds until Redis is asked again after it did not answer: who waits for a page shall not wait for it"""


class RateLimits:
    """Sliding windows of a minute, two counters each.

    Args:
        client: one round trip for each count.
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
        # The pool is the client's; the address only names the kind.
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

    async def spend(self, rate: Rate, whom: str) -> None:
        """Count one request of `whom`; raises `RateLimited`, and counts nothing, when it is one too many."""
        await self._require(rate, whom, count=True)

    async def refuse_spent(self, rate: Rate, whom: str) -> None:
        """Raise `RateLimited` if `spend` would: for what is counted only once it has failed."""
        await self._require(rate, whom, count=False)

    async def _require(self, rate: Rate, whom: str, *, count: bool) -> None:
        if (item := self._items.get(rate)) is None:
            return
        seconds = await self._seconds_to_wait(item, whom, count=count)
        if seconds is not None:
            retry_after = min(max(math.ceil(seconds), 1), 2 * WINDOW_S)
            detail = f"At most {item.amount} {PHRASES[rate]}; try again in {retry_after} s."
            raise RateLimited(detail, retry_after=retry_after)

    async def _seconds_to_wait(self, item: RateLimitItemPerMinute, whom: str, *, count: bool) -> float | None:
        if self._clock() >= self._away_until:
            try:
                return await _ask(self._shared, item, whom, count=count)
            except RedisError as error:
                self._away_until = self._clock() + AWAY_S
                log.warning("rate_limits_without_redis", reason=str(error) or type(error).__name__)
        return await _ask(self._own, item, whom, count=count)

    async def aclose(self) -> None:
        await self._client.aclose()


def address_key(host: str | None) -> str:
    """Name an address for counting: of IPv6 the first 64 bits, which one line has to itself."""
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
    """Name the account of a login for counting, so that no e-mail address stands in Redis."""
    return hashlib.sha256(login.strip().casefold().encode()).hexdigest()[:32]


async def _ask(
    strategy: SlidingWindowCounterRateLimiter, item: RateLimitItemPerMinute, whom: str, *, count: bool
) -> float | None:
    """Return None for one that is let through, else the seconds until it would be."""
    ask = strategy.hit if count else strategy.test
    return None if await ask(item, whom) else await _seconds_until_free(strategy, item, whom)


async def _seconds_until_free(
    strategy: SlidingWindowCounterRateLimiter, item: RateLimitItemPerMinute, whom: str
) -> float:
    """Return after how many seconds one more would be let through, if nothing else comes.

    The window before counts by the share of it that still lies in the last minute; `limits` tells only when
    the next unit of it falls out.
    """
    storage = cast(SlidingWindowCounterSupport, strategy.storage)
    before, before_expires_in, now, now_expires_in = await storage.get_sliding_window(
        item.key_for(whom), WINDOW_S
    )
    free = item.amount - now
    if free > 0:
        return before_expires_in - free * WINDOW_S / before if before else 0.0
    # The present window has to become the one before, and then to fade by one.
    return (now_expires_in - WINDOW_S) + WINDOW_S * (1 - (item.amount - 1) / now)
