"""Server-sent events over a real Redis and real sockets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import redis
from tests.support.gateway.fake_photos import ANNA, TOKEN, FakePhotos
from tests.support.gateway.gateways import Site, bearer, gateway_over
from tests.support.gateway.serving import serving_gateway
from tests.support.patience import WAIT_S
from tests.support.problems import problem
from tests.support.redis_server import RedisServer
from tests.support.waiting import wait_until

from vignette_shared.events import RedisEvents
from vignette_shared.settings import LimitSettings

pytestmark = pytest.mark.integration

EVENTS = "/api/v1/events"


class Reader:
    """An open stream, read block by block."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.lines = answer.iter_lines()

    def block(self) -> dict[str, str]:
        """Return the fields of the next block; a comment has the empty name."""
        fields: dict[str, str] = {}
        while line := next(self.lines):
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        return fields

    def event(self) -> dict[str, Any]:
        """Return the next block that is an event, its data parsed."""
        while "id" not in (block := self.block()):
            pass
        return {**block, "data": json.loads(block["data"])}


@contextmanager
def reading(url: str, last_id: str | None = None) -> Iterator[Reader]:
    headers = {**bearer(), **({"Last-Event-ID": last_id} if last_id else {})}
    with httpx.stream("GET", url + EVENTS, headers=headers, timeout=WAIT_S) as answer:
        assert answer.status_code == 200, answer.read()
        reader = Reader(answer)
        assert reader.block() == {"retry": "3000"}
        yield reader


@pytest.fixture
def sink(redis_url: str) -> Iterator[RedisEvents]:
    with redis.Redis.from_url(redis_url) as client:
        yield RedisEvents(client)


@pytest.fixture
def photos() -> FakePhotos:
    return FakePhotos()


@pytest.fixture
def url(photos: FakePhotos, redis_url: str) -> Iterator[str]:
    limits = LimitSettings(event_streams=2)
    options: dict[str, Any] = {"limits": limits, "heartbeat_s": 0.2, "recheck_s": 0.3}
    with serving_gateway(photos, redis_url=redis_url, **options) as url:
        yield url


def tell(sink: RedisEvents, photo: str, user: str | None = None) -> None:
    sink.append(user or ANNA.user_id or "", "photo.tagged", {"photo_id": photo, "tags": ["Übersee"]})


def test_stream_delivers_events_after_its_start(url: str, sink: RedisEvents) -> None:
    tell(sink, "before")
    with reading(url) as reader:
        assert reader.answer.headers["content-type"].startswith("text/event-stream")
        assert reader.answer.headers["cache-control"] == "no-store"
        assert reader.answer.headers["x-accel-buffering"] == "no"
        tell(sink, "another's", user="ben")
        tell(sink, "mine")
        event = reader.event()
    assert event["event"] == "photo.tagged"
    assert event["data"] == {"photo_id": "mine", "tags": ["Übersee"]}


def test_reconnect_replays_missed_events(url: str, sink: RedisEvents) -> None:
    with reading(url) as reader:
        tell(sink, "1")
        last = reader.event()["id"]
    tell(sink, "2")
    tell(sink, "3")
    with reading(url, last) as reader:
        assert [reader.event()["data"]["photo_id"] for _ in range(2)] == ["2", "3"]


def test_silent_stream_sends_comments(url: str) -> None:
    with reading(url) as reader:
        assert reader.block() == {"": "keep-alive"}
        assert reader.block() == {"": "keep-alive"}


def test_stream_ends_with_its_session(url: str, photos: FakePhotos) -> None:
    with reading(url) as reader:
        photos.sessions.pop(TOKEN)
        assert set(reader.lines) <= {": keep-alive", ""}


def test_closed_stream_frees_its_slot(url: str) -> None:
    with reading(url), reading(url):
        refused = httpx.get(url + EVENTS, headers=bearer())
        assert problem(refused) == (503, "service_unavailable")
        assert "retry-after" in refused.headers
        assert "vignette_event_streams 2.0" in httpx.get(f"{url}/metrics").text
    wait_until(lambda: "vignette_event_streams 0.0" in httpx.get(f"{url}/metrics").text, "the end of both")
    with reading(url):
        pass


def test_stream_limit_is_per_user(photos: FakePhotos, redis_url: str) -> None:
    ben = ANNA.model_copy(update={"user_id": "019ab1f0-0000-7000-8000-000000000002"})
    photos.sessions["token-of-ben"] = ben
    limits = LimitSettings(event_streams_per_user=1)
    with serving_gateway(photos, redis_url=redis_url, limits=limits) as url, reading(url):
        refused = httpx.get(url + EVENTS, headers=bearer())
        assert problem(refused) == (429, "rate_limited")
        assert "retry-after" in refused.headers
        with httpx.stream("GET", url + EVENTS, headers=bearer("token-of-ben")) as answer:
            assert answer.status_code == 200


def test_late_reconnect_reports_missed_events(url: str, sink: RedisEvents, redis_url: str) -> None:
    tell(sink, "1")
    with reading(url, "0-0") as reader:
        first = reader.event()["id"]
    with reading(url, first) as reader:
        assert reader.block() == {"": "keep-alive"}
    tell(sink, "2")
    with redis.Redis.from_url(redis_url) as client:
        client.xtrim(f"events:{ANNA.user_id}", maxlen=1, approximate=False)
    with reading(url, first) as reader:
        assert reader.block() == {"event": "events.missed", "data": "{}"}
        assert reader.event()["data"]["photo_id"] == "2"


@pytest.mark.parametrize("last_id", ["abc", "1", "1-2-3", "$", "99999999999999999999-0"])
def test_invalid_last_event_id_is_refused(last_id: str) -> None:
    answer = gateway_over(FakePhotos()).get(EVENTS, headers={**bearer(), "Last-Event-ID": last_id})
    assert problem(answer) == (400, "bad_request")


def test_stream_needs_redis() -> None:
    site: Site = gateway_over(FakePhotos())
    answer = site.get(EVENTS, headers=bearer())
    assert problem(answer) == (503, "broker_unavailable")


def test_lost_redis_ends_the_stream_only(photos: FakePhotos, tmp_path: Any) -> None:
    server = RedisServer(tmp_path)
    server.start()
    try:
        with serving_gateway(photos, redis_url=server.url) as url:
            with reading(url) as reader:
                server.stop()
                with pytest.raises(StopIteration):
                    reader.block()
            assert httpx.get(f"{url}/readyz").json()["checks"]["broker"]["ok"] is False
            server.start()
            wait_until(lambda: httpx.get(f"{url}/readyz").status_code == 200, "readiness")
            with reading(url) as reader, redis.Redis.from_url(server.url) as client:
                tell(RedisEvents(client), "again")
                assert reader.event()["data"]["photo_id"] == "again"
    finally:
        server.stop()
