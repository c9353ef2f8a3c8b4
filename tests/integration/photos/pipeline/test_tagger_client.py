"""Requests to the tagger over a real Redis: answers, refusals and timeouts."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
import redis
from tests.support.patience import WAIT_S
from tests.support.waiting import wait_until

from photos.pipeline.tagger_client import TaggerClient
from vignette_shared.contracts.tasks import ExplainPhoto, Payload, TaskSpec
from vignette_shared.errors import (
    BrokerUnavailable,
    ModelDamaged,
    ModelError,
    TaggerBusy,
    TaggerUnavailable,
    VignetteError,
)
from vignette_shared.queue.connection import connect
from vignette_shared.queue.replies import new_reply_key, send_reply
from vignette_shared.settings import BrokerSettings

pytestmark = pytest.mark.integration
P = TypeVar("P", bound=Payload)


class Tagger:
    """A publisher whose messages are answered by `says` at once; None is silence."""

    def __init__(self, client: "redis.Redis", says: dict[str, Any] | None) -> None:
        self._client = client
        self.says = says
        self.asked: list[tuple[str, Payload]] = []

    def send(self, spec: TaskSpec[P], payload: P) -> None:
        self.asked.append((spec.queue, payload))
        assert isinstance(payload, ExplainPhoto)
        if self.says is not None:
            send_reply(self._client, payload.reply_key, self.says)


Ask = Callable[[dict[str, Any] | None], None]


@pytest.fixture
def client(redis_url: str) -> Iterator["redis.Redis"]:
    with connect(BrokerSettings(url=redis_url), longest_block_s=1) as client:
        yield client


@pytest.fixture
def ask(client: "redis.Redis") -> Ask:
    def ask(says: dict[str, Any] | None) -> None:
        TaggerClient(Tagger(client, says), client, limit=1, timeout_s=0.2).draw(job())

    return ask


def job() -> ExplainPhoto:
    return ExplainPhoto(
        photo_id="p",
        rendition_key="renditions/p/thumb.jpg",
        model_version="v1",
        label="sky",
        width=4,
        height=3,
        explanation_key="transient/explanations/p/x.png",
        reply_key=new_reply_key(),
    )


def test_reply_ends_the_wait(client: "redis.Redis") -> None:
    tagger = Tagger(client, {"explanation_key": "x"})
    TaggerClient(tagger, client, limit=1, timeout_s=20).draw(job())
    assert [queue for queue, _ in tagger.asked] == ["tagger.explain"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("model_damaged", ModelDamaged),
        ("model_error", ModelError),
        ("blob_missing", TaggerUnavailable),
        ("decode_failed", TaggerUnavailable),
        ("internal_error", TaggerUnavailable),
    ],
)
def test_error_replies_are_passed_on_or_unavailable(ask: Ask, code: str, error: type[VignetteError]) -> None:
    with pytest.raises(error) as refused:
        ask({"error": {"code": code, "detail": "why"}})
    assert refused.value.status == 503


def test_missing_reply_times_out(ask: Ask) -> None:
    with pytest.raises(TaggerUnavailable) as refused:
        ask(None)
    assert refused.value.retry_after


def test_requests_over_the_limit_are_refused_at_once(client: "redis.Redis") -> None:
    tagger = Tagger(client, None)
    taggers = TaggerClient(tagger, client, limit=1, timeout_s=5)
    first = job()
    waiting = threading.Thread(target=taggers.draw, args=(first,))
    waiting.start()
    wait_until(lambda: bool(tagger.asked), "the first job")
    with pytest.raises(TaggerBusy):
        taggers.draw(job())
    send_reply(client, first.reply_key, {"explanation_key": "x"})
    waiting.join(WAIT_S)
    tagger.says = {"explanation_key": "x"}
    taggers.draw(job())  # the slot is free again


def test_broker_outage_is_reported() -> None:
    nowhere = connect(BrokerSettings(url="redis://127.0.0.1:1/0"))
    silent = Tagger(nowhere, None)
    with pytest.raises(BrokerUnavailable):
        TaggerClient(silent, nowhere, limit=1, timeout_s=1).draw(job())
