"""Events for admins."""

from tests.support.photos.service import PhotosService

from photos.moderation.notifications import notify_admins
from vignette_shared.contracts.identity import Identity


def test_only_active_admins_are_notified(service: PhotosService, anna: Identity, bert: Identity) -> None:
    carl = service.join("carl")
    with service.client(anna) as client:
        client.patch("/api/v1/admin/users/bert", json={"role": "admin"})
        client.patch("/api/v1/admin/users/bert", json={"suspended": True})
    with service.services.database.write() as uow:
        notify_admins(uow, "model.published", {"version": "20260101T000000Z-0000abcd"})
    receivers = [user_id for user_id, kind, _ in service.events.emitted if kind == "model.published"]
    assert receivers == [anna.user_id]
    assert carl.user_id not in receivers
