"""/predict with a real Redis and a fake tagger in a thread."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from tests.support.gateway.fake_photos import READ_ONLY, FakePhotos
from tests.support.gateway.gateways import Site, bearer, gateway_over
from tests.support.gateway.serving import serving_gateway
from tests.support.patience import WAIT_S
from tests.support.problems import problem
from tests.support.waiting import wait_until

from vignette_shared.contracts.tasks import PREDICT_IMAGE, PredictImage
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.publisher import CeleryPublisher
from vignette_shared.queue.replies import send_reply
from vignette_shared.settings import BrokerSettings, LimitSettings
from vignette_shared.storage import open_store

pytestmark = pytest.mark.integration

PREDICT = "/api/v1/predict"
SCORES = {
    "scores": {"lake": 0.9, "people": 0.45, "sky": 0.6, "male": 0.1},
    "thresholds": {"lake": 0.5, "people": 0.4, "sky": 0.7, "male": 0.3},
    "model_version": "20261101T120000Z-1a2b3c4d",
    "backbone": "3f1c",
    "ms": 12.5,
}
LIMITS = LimitSettings(predict_in_flight=1, predict_timeout_s=2.0, upload_bytes=3_000_000)


class StandInTagger:
    """Takes each prediction off the real queue, reads its blob, and answers by `reply`."""

    def __init__(self, redis_url: str, storage_url: str, reply: Callable[[bytes], dict[str, Any]]) -> None:
        self._client = redis.Redis.from_url(redis_url)
        self._store = open_store(storage_url)
        self._reply = reply
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "StandInTagger":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            found: Any = self._client.blpop([PREDICT_IMAGE.queue], timeout=0.2)
            if found is not None:
                self._answer(PREDICT_IMAGE.parse(_payload(found[1])))

    def _answer(self, asked: PredictImage) -> None:
        send_reply(self._client, asked.reply_key, self._reply(self._store.get(asked.image_key)))


def _payload(message: bytes) -> dict[str, Any]:
    """Return the first argument of a Celery message as stored in Redis."""
    args = json.loads(base64.b64decode(json.loads(message)["body"]))[0]
    payload: dict[str, Any] = args[0]
    return payload


@pytest.fixture
def storage(tmp_path: Path) -> str:
    return f"file://{tmp_path}/blobs"


@pytest.fixture
def url(redis_url: str, storage: str) -> Iterator[str]:
    publisher = CeleryPublisher(make_celery("gateway", BrokerSettings(url=redis_url)))
    options: dict[str, Any] = {"redis_url": redis_url, "storage_url": storage, "publisher": publisher}
    with serving_gateway(FakePhotos(), limits=LIMITS, **options) as url:
        yield url


def ask(url: str, image: bytes = b"picture", **params: Any) -> httpx.Response:
    return httpx.post(
        url + PREDICT,
        files={"file": ("a.jpg", image)},
        headers=bearer(READ_ONLY),
        params=params,
        timeout=WAIT_S,
    )


def left(storage: str) -> list[str]:
    return list(open_store(storage).list("transient"))


@pytest.mark.parametrize(
    ("params", "labels"),
    [
        ({}, ["lake", "people"]),
        ({"top": 1}, ["lake"]),
        ({"threshold": 0}, ["lake", "sky", "people", "male"]),
        ({"threshold": 0.5}, ["lake", "sky"]),
        ({"threshold": 0, "top": 3}, ["lake", "sky", "people"]),
        ({"threshold": 1}, []),
    ],
)
def test_best_labels_are_returned(
    url: str, redis_url: str, storage: str, params: dict[str, Any], labels: list[str]
) -> None:
    seen: list[bytes] = []

    def reply(image: bytes) -> dict[str, Any]:
        seen.append(image)
        return SCORES

    image = b"\xff" * 2_000_000  # beyond what is held in memory
    with StandInTagger(redis_url, storage, reply):
        answered = ask(url, image, **params)
    body = answered.json()
    assert answered.status_code == 200, body
    assert [tag["label"] for tag in body["tags"]] == labels
    assert all(tag["over_threshold"] == (tag["label"] in ("lake", "people")) for tag in body["tags"])
    assert {name: body[name] for name in ("model_version", "backbone", "ms")}.items() <= SCORES.items()
    assert seen == [image]
    assert left(storage) == []


@pytest.mark.parametrize(
    ("code", "status", "shown"),
    [
        ("not_an_image", 422, "not_an_image"),
        ("truncated_image", 422, "truncated_image"),
        ("too_many_pixels", 422, "too_many_pixels"),
        ("unsupported_media_type", 415, "unsupported_media_type"),
        ("model_missing", 503, "model_missing"),
        ("something_new", 503, "tagger_unavailable"),
    ],
)
def test_tagger_errors_keep_their_code(
    url: str, redis_url: str, storage: str, code: str, status: int, shown: str
) -> None:
    with StandInTagger(redis_url, storage, lambda _: {"error": {"code": code, "detail": "why"}}):
        answered = ask(url)
    assert problem(answered) == (status, shown)
    assert left(storage) == []


def test_unreadable_tagger_reply_is_an_outage(url: str, redis_url: str, storage: str) -> None:
    with StandInTagger(redis_url, storage, lambda _: {"scores": "high"}):
        answered = ask(url)
    assert problem(answered) == (503, "tagger_unavailable")


def test_missing_tagger_times_out(url: str, storage: str) -> None:
    answered = ask(url)
    assert problem(answered) == (503, "tagger_unavailable")
    assert answered.headers["retry-after"] == "5"
    assert left(storage) == []


def test_predictions_over_the_limit_are_refused_at_once(url: str, redis_url: str, storage: str) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def reply(_: bytes) -> dict[str, Any]:
        asked.set()
        assert go_on.wait(WAIT_S)
        return SCORES

    first: list[httpx.Response] = []
    with StandInTagger(redis_url, storage, reply):
        thread = threading.Thread(target=lambda: first.append(ask(url)))
        thread.start()
        assert asked.wait(WAIT_S)
        second = ask(url)
        go_on.set()
        thread.join()
        assert problem(second) == (503, "tagger_busy")
        assert second.headers["retry-after"] == "2"
        assert first[0].status_code == 200
        assert ask(url).status_code == 200


def test_redis_outage_returns_503() -> None:
    publisher = CeleryPublisher(make_celery("gateway", BrokerSettings(url="redis://127.0.0.1:1/0")))
    answered = gateway_over(FakePhotos(), publisher=publisher).post(
        PREDICT, files={"file": b"picture"}, headers=bearer()
    )
    assert problem(answered) == (503, "broker_unavailable")


BAD_FORMS: list[tuple[dict[str, Any], int, str]] = [
    ({"files": {"other": b"picture"}}, 422, "validation_failed"),
    ({"files": {"file": (None, b"text")}}, 422, "validation_failed"),
    ({"json": {"file": "text"}}, 415, "unsupported_media_type"),
    ({"content": b"\xff\xd8", "headers": {"Content-Type": "image/jpeg"}}, 415, "unsupported_media_type"),
    ({}, 415, "unsupported_media_type"),
    ({"files": {"file": b""}}, 422, "not_an_image"),
    ({"files": [("file", b"a"), ("file", b"b")]}, 400, "bad_request"),
    ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "bad_request"),
    ({"files": {"file": b"a"}, "params": {"top": 0}}, 422, "validation_failed"),
    ({"files": {"file": b"a"}, "params": {"threshold": "high"}}, 422, "validation_failed"),
    ({"files": {"file": b"x" * 3_000_001}}, 413, "too_large"),
]


@pytest.mark.parametrize(("form", "status", "code"), BAD_FORMS)
def test_invalid_form_is_explained(form: dict[str, Any], status: int, code: str) -> None:
    site: Site = gateway_over(FakePhotos(), limits=LIMITS)
    headers = {**form.get("headers", {}), **bearer()}
    answered = site.post(PREDICT, **{**form, "headers": headers})
    assert problem(answered) == (status, code)
    assert answered.json()["detail"]


def test_metrics_include_queues_and_workers(url: str, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.rpush("photos.render", "a", "b")
        client.set("heartbeat:tagger-worker:host:1", "{}")
        client.set("heartbeat:tagger-worker:host:2", "{}")
    text = httpx.get(f"{url}/metrics").text
    assert 'vignette_queue_depth{queue="photos.render"} 2.0' in text
    assert 'vignette_queue_depth{queue="tagger.tag"} 0.0' in text
    assert 'vignette_workers_alive{service="tagger-worker"} 2.0' in text
    assert "vignette_broker_up 1.0" in text
    wait_until(lambda: 'route="/metrics"' in httpx.get(f"{url}/metrics").text, "a count of ourselves")
