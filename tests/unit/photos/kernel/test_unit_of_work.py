"""Messages and events go out only after the commit."""

import pytest
from tests.support.photos.service import PhotosService

from photos.kernel.unit_of_work import UnitOfWork
from photos.models import UserRow
from vignette_shared.contracts.identity import Identity
from vignette_shared.contracts.tasks import RENDER_PHOTO, RenderPhoto
from vignette_shared.errors import ServiceUnavailable
from vignette_shared.ids import new_id


def _speak(uow: UnitOfWork) -> None:
    uow.enqueue(RENDER_PHOTO, RenderPhoto(photo_id="p"))
    uow.emit("u", "photo.rendered", {})


def test_messages_and_events_are_published_after_the_commit(service: PhotosService) -> None:
    with service.services.database.write() as uow:
        _speak(uow)
        assert service.outbox.sent == []
    assert [name for name, _ in service.outbox.sent] == ["photos.render_photo.v1"]
    assert service.events.kinds() == ["photo.rendered"]


def test_rolled_back_transaction_publishes_nothing(service: PhotosService, anna: Identity) -> None:
    def change_and_stumble() -> None:
        with service.services.database.write() as uow:
            _speak(uow)
            user = uow.accounts.user(anna.user_id or "")
            assert user is not None
            user.bio = "changed"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_stumble()
    with service.services.database.read() as db:
        kept = db.accounts.user(anna.user_id or "")
    assert kept is not None
    assert kept.bio == ""
    assert service.outbox.sent == []
    assert service.events.emitted == []


def test_broker_outage_keeps_the_commit(service: PhotosService, anna: Identity) -> None:
    service.outbox.down = True
    with service.services.database.write() as uow:
        _speak(uow)
        user = uow.accounts.user(anna.user_id or "")
        assert user is not None
        user.bio = "changed"
    with service.services.database.read() as db:
        kept = db.accounts.user(anna.user_id or "")
    assert isinstance(kept, UserRow)
    assert kept.bio == "changed"


def test_missing_tables_are_service_unavailable(service: PhotosService) -> None:
    with service.services.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sessions")
    with pytest.raises(ServiceUnavailable), service.services.database.read() as db:
        db.accounts.session(new_id(), service.clock())
