"""What becomes of a message: done, tried again, or a failure with a name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from tests.support.photos.fakes import InlineDecoder
from tests.support.photos.service import House

from photos.decoding.jobs import Rendering
from photos.tasks import register_tasks
from vignette_shared.contracts.identity import Identity
from vignette_shared.contracts.tasks import RECORD_FAILURE, RECORD_TAGS, RENDER_PHOTO, Payload, TaskSpec
from vignette_shared.errors import StorageError
from vignette_shared.queue.app import make_celery
from vignette_shared.settings import BrokerSettings


class Stumbling(InlineDecoder):
    """A decoder that raises what it is given, when it is done."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def render(self, path: Path, folder: Path) -> Rendering:
        super().render(path, folder)
        raise self._error


def consumer(house: House) -> Celery:
    app = make_celery("test", BrokerSettings(url="memory://"))
    register_tasks(app, house.services)
    return app


def deliver(house: House, spec: TaskSpec[Any], message: Payload | dict[str, str]) -> None:
    body = message if isinstance(message, dict) else message.model_dump(mode="json")
    consumer(house).tasks[spec.name].apply(args=[body])


def stumbling(house: House, error: Exception) -> tuple[House, Stumbling]:
    decoder = Stumbling(error)
    return replace(house, services=replace(house.services, decoder=decoder)), decoder


@pytest.fixture
def photo_id(house: House, anna: Identity, jpeg: bytes) -> str:
    photo_id: str = house.post(anna, jpeg)["id"]
    return photo_id


def test_tasks_take_a_photo_from_upload_to_tags(house: House, anna: Identity, photo_id: str) -> None:
    (message,) = house.outbox.take(RENDER_PHOTO.name)
    deliver(house, RENDER_PHOTO, message)
    deliver(house, RECORD_TAGS, house.found(photo_id, sky=0.9))
    assert house.get(anna, photo_id)["status"] == "tagged"
    assert house.events.kinds() == ["photo.rendered", "photo.tagged"]


def test_failure_message_fails_the_photo(house: House, anna: Identity, photo_id: str) -> None:
    deliver(house, RECORD_FAILURE, {"photo_id": photo_id, "code": "model_error", "detail": "no such thing"})
    assert house.get(anna, photo_id)["failure"]["code"] == "model_error"


def test_malformed_message_is_dropped(house: House, anna: Identity, photo_id: str) -> None:
    deliver(house, RENDER_PHOTO, {"nothing": "known"})
    assert house.get(anna, photo_id)["status"] == "pending"


def test_temporary_error_is_retried_then_left_to_the_reconciler(
    house: House, anna: Identity, photo_id: str
) -> None:
    changed, decoder = stumbling(house, StorageError("away"))
    deliver(changed, RENDER_PHOTO, {"photo_id": photo_id})
    assert decoder.rendered == 4
    assert house.get(anna, photo_id)["status"] == "pending"


def test_unexpected_error_fails_the_photo(house: House, anna: Identity, photo_id: str) -> None:
    changed, decoder = stumbling(house, ZeroDivisionError("a bug"))
    deliver(changed, RENDER_PHOTO, {"photo_id": photo_id})
    assert decoder.rendered == 1
    photo = house.get(anna, photo_id)
    assert (photo["status"], photo["failure"]["code"]) == ("failed", "decode_failed")
    assert "ZeroDivisionError" in photo["failure"]["detail"]
    with house.services.database.read() as db:
        assert db.photos.dead_letters() == 1
