"""Event streams and replies over a real Redis."""

import asyncio

import pytest
import redis
import redis.asyncio

from vignette_shared.errors import BrokerUnavailable, TaggerUnavailable
from vignette_shared.events import Event, RedisEvents, follow
from vignette_shared.queue.replies import new_reply_key, send_reply, wait_for_reply_async

pytestmark = pytest.mark.integration


async def take(
    url: str, user: str, last_id: str | None, count: int, sink: RedisEvents | None = None
) -> list[Event]:
    """Follow until `count` events arrived; once the stream is silent, `sink` adds one."""
    client = redis.asyncio.Redis.from_url(url)
    found: list[Event] = []
    try:
        async for event in follow(client, user, last_id, heartbeat_s=0.2):
            if event is None:
                assert sink is not None, "the stream fell silent"
                sink.append(user, "photo.tagged", {"photo_id": "live"})
                continue
            found.append(event)
            if len(found) == count:
                break
    finally:
        await client.aclose()
    return found


def test_events_after_the_last_id_are_replayed(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        sink = RedisEvents(client)
        for number in range(3):
            sink.append("anna", "photo.tagged", {"photo_id": str(number)})
        sink.append("ben", "photo.tagged", {"photo_id": "ben's"})
    first = asyncio.run(take(redis_url, "anna", "0-0", 3))
    assert [event.data["photo_id"] for event in first] == ["0", "1", "2"]
    rest = asyncio.run(take(redis_url, "anna", first[0].id, 2))
    assert [event.id for event in rest] == [event.id for event in first[1:]]


def test_without_a_last_id_only_new_events_are_sent(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        sink = RedisEvents(client)
        sink.append("anna", "photo.tagged", {"photo_id": "old"})
        found = asyncio.run(take(redis_url, "anna", None, 1, sink))
    assert found[0].data == {"photo_id": "live"}


def test_events_expire_after_an_hour(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        RedisEvents(client).append("anna", "photo.tagged", {})
        assert 3500 < client.ttl("events:anna") <= 3600


def test_follow_raises_broker_unavailable_without_redis() -> None:
    with redis.Redis.from_url("redis://127.0.0.1:1/0") as client, pytest.raises(BrokerUnavailable):
        RedisEvents(client).append("anna", "photo.tagged", {})
    with pytest.raises(BrokerUnavailable):
        asyncio.run(take("redis://127.0.0.1:1/0", "anna", None, 1))


async def wait(url: str, key: str, timeout_s: float) -> dict[str, object]:
    client = redis.asyncio.Redis.from_url(url)
    try:
        return await wait_for_reply_async(client, key, timeout_s)
    finally:
        await client.aclose()


def test_reply_reaches_the_waiting_caller(redis_url: str) -> None:
    key = new_reply_key()
    with redis.Redis.from_url(redis_url) as client:
        send_reply(client, key, {"scores": {"sky": 0.5}})
    assert asyncio.run(wait(redis_url, key, 5)) == {"scores": {"sky": 0.5}}


def test_missing_reply_raises_tagger_unavailable(redis_url: str) -> None:
    with pytest.raises(TaggerUnavailable):
        asyncio.run(wait(redis_url, new_reply_key(), 0.2))
