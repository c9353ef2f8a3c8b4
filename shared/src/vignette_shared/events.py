"""Each user's events, in one Redis stream per user.

A stream, unlike Redis pub/sub, can be replayed: a browser that reconnects with the id of its last event
misses nothing, as long as that event is among the last 1,000 and less than an hour old.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import redis
import redis.asyncio
from redis.exceptions import RedisError

from vignette_shared.errors import BrokerUnavailable

EventType = Literal["photo.rendered", "photo.tagged", "photo.failed", "model.published", "training.progress"]
# Per user; a client that missed more reloads the page.
KEPT_EVENTS = 1000
KEPT_S = 3600


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    type: str
    data: dict[str, Any]


class EventSink(Protocol):
    def append(self, user_id: str, kind: EventType, data: dict[str, Any]) -> None:
        """Add an event for a user; raises `BrokerUnavailable`."""
        ...


class RedisEvents:
    """An `EventSink` over Redis."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    def append(self, user_id: str, kind: EventType, data: dict[str, Any]) -> None:
        key = _key(user_id)
        pipe = self._client.pipeline()
        # `approximate` lets Redis trim whole nodes, which is much cheaper.
        pipe.xadd(key, {"type": kind, "data": json.dumps(data)}, maxlen=KEPT_EVENTS, approximate=True)
        pipe.expire(key, KEPT_S)
        try:
            pipe.execute()
        except RedisError as error:
            raise BrokerUnavailable("Redis does not answer.") from error


async def follow(
    client: "redis.asyncio.Redis", user_id: str, last_id: str | None, *, heartbeat_s: float = 15.0
) -> AsyncIterator[Event | None]:
    """Yield a user's events after `last_id`, and None after every `heartbeat_s` seconds without an event.

    Args:
        last_id: None yields only new events.

    Raises:
        BrokerUnavailable: Redis does not answer; the browser reconnects with its last id.
    """
    key = _key(user_id)
    try:
        position = last_id or await latest_event_id(client, user_id)
        while True:
            batch = _entries(await client.xread({key: position}, count=100, block=int(heartbeat_s * 1000)))
            if not batch:
                yield None
            for event in batch:
                position = event.id
                yield event
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error


async def latest_event_id(client: "redis.asyncio.Redis", user_id: str) -> str:
    """Return the id of a user's latest event, to follow from.

    Redis' own `$` would lose the events between two blocking reads.

    Raises:
        BrokerUnavailable: Redis does not answer.
    """
    try:
        last = await client.xrevrange(_key(user_id), count=1)
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error
    return _text(last[0][0] or "0-0") if last else "0-0"


async def has_gap_after(client: "redis.asyncio.Redis", user_id: str, last_id: str) -> bool:
    """Return whether events after `last_id` may have been dropped from the stream already.

    Never for `0-0`, which asks for all events that are left.

    Raises:
        BrokerUnavailable: Redis does not answer.
    """
    if last_id == "0-0":
        return False
    try:
        oldest = await client.xrange(_key(user_id), count=1)
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error
    return not oldest or _order(_text(oldest[0][0] or "0-0")) > _order(last_id)


def _order(event_id: str) -> tuple[int, int]:
    milliseconds, _, number = event_id.partition("-")
    return int(milliseconds), int(number)


def _entries(answer: Any) -> list[Event]:
    # RESP3 returns a mapping whose entries are nested once more, RESP2 a list of pairs.
    streams = answer.values() if isinstance(answer, dict) else [entries for _, entries in answer or []]
    events = []
    for entries in streams:
        flat = entries[0] if entries and isinstance(entries[0], list) else entries
        for entry_id, fields in flat:
            named = {_text(name): _text(value) for name, value in fields.items()}
            events.append(Event(_text(entry_id), named["type"], json.loads(named["data"])))
    return events


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _key(user_id: str) -> str:
    return f"events:{user_id}"
