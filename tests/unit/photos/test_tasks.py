"""The outcome of a message: done, retried, or a recorded failure."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from tests.support.photos.fakes import InlineDecoder
from tests.support.photos.service import PhotosService

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


def consumer(service: PhotosService) -> Celery:
    app = make_celery("test", BrokerSettings(url="memory://"))
    register_tasks(app, service.services)
    return app


def deliver(service: PhotosService, spec: TaskSpec[Any], message: Payload | dict[str, str]) -> None:
    body = message if isinstance(message, dict) else message.model_dump(mode="json")
    consumer(service).tasks[spec.name].apply(args=[body])


def stumbling(service: PhotosService, error: Exception) -> tuple[PhotosService, Stumbling]:
    decoder = Stumbling(error)
    return replace(service, services=replace(service.services, decoder=decoder)), decoder


@pytest.fixture
def photo_id(service: PhotosService, anna: Identity, jpeg: bytes) -> str:
    photo_id: str = service.post(anna, jpeg)["id"]
    return photo_id


def test_tasks_take_a_photo_from_upload_to_tags(
    service: PhotosService, anna: Identity, photo_id: str
) -> None:
    (message,) = service.outbox.take(RENDER_PHOTO.name)
    deliver(service, RENDER_PHOTO, message)
    deliver(service, RECORD_TAGS, service.found(photo_id, sky=0.9))
    assert service.get(anna, photo_id)["status"] == "tagged"
    assert service.events.kinds() == ["photo.rendered", "photo.tagged"]


def test_failure_message_fails_the_photo(service: PhotosService, anna: Identity, photo_id: str) -> None:
    deliver(service, RECORD_FAILURE, {"photo_id": photo_id, "code": "model_error", "detail": "no such thing"})
    assert service.get(anna, photo_id)["failure"]["code"] == "model_error"


def test_malformed_message_is_dropped(service: PhotosService, anna: Identity, photo_id: str) -> None:
    deliver(service, RENDER_PHOTO, {"nothing": "known"})
    assert service.get(anna, photo_id)["status"] == "pending"


def test_temporary_error_is_retried_then_left_to_the_reconciler(
    service: PhotosService, anna: Identity, photo_id: str
) -> None:
    changed, decoder = stumbling(service, StorageError("away"))
    deliver(changed, RENDER_PHOTO, {"photo_id": photo_id})
    assert decoder.rendered == 4
    assert service.get(anna, photo_id)["status"] == "pending"


def test_unexpected_error_fails_the_photo(service: PhotosService, anna: Identity, photo_id: str) -> None:
    changed, decoder = stumbling(service, ZeroDivisionError("a bug"))
    deliver(changed, RENDER_PHOTO, {"photo_id": photo_id})
    assert decoder.rendered == 1
    photo = service.get(anna, photo_id)
    assert (photo["status"], photo["failure"]["code"]) == ("failed", "decode_failed")
    assert "ZeroDivisionError" in photo["failure"]["detail"]
    with service.services.database.read() as db:
        assert db.photos.dead_letters() == 1
