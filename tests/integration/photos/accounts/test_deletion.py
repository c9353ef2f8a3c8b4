"""Deleting an account removes its data and no other account's, on SQLite and Postgres."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, Table, event, func, select
from tests.support.photos.service import PASSWORD, PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.accounts.deletion import delete_account, purge_account
from photos.kernel.blob_keys import DOWNLOADS, EXPLANATIONS, downloads_of, explanations_of
from photos.models import AuditRow, Base, CommentRow, UserRow
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import StorageError
from vignette_shared.storage import BlobStore

pytestmark = pytest.mark.integration

SHARED = make_jpeg(64, 48, 1)
OWN = make_jpeg(64, 48, 2)


class Killed(BaseException):
    """Stands for the end of the process."""


def leave(service: PhotosService, caller: Identity, password: str = PASSWORD) -> httpx.Response:
    return service.client(caller).request("DELETE", "/api/v1/me", json={"password": password})


def signs_in(service: PhotosService, name: str) -> bool:
    answer = service.client().post("/api/v1/auth/login", json={"login": name, "password": PASSWORD})
    return answer.status_code == 200


def keys(service: PhotosService) -> set[str]:
    folders = ("originals", "renditions", "transient", DOWNLOADS, EXPLANATIONS)
    return {key for folder in folders for key in service.services.store.list(folder)}


def naming(service: PhotosService, user_id: str) -> dict[str, int]:
    """Count the rows that name a user, by table."""
    found = {}
    with service.services.database._read() as session:
        for table in Base.metadata.sorted_tables:
            for column in _user_columns(table):
                rows = session.scalar(select(func.count()).select_from(table).where(column == user_id))
                if rows:
                    found[f"{table.name}.{column.name}"] = rows
    return found


def _user_columns(table: Table) -> list[Any]:
    own = [table.c.id] if table.name == "users" else []
    return own + [key.parent for key in table.foreign_keys if key.column.table.name == "users"]


def settle(service: PhotosService, caller: Identity, anna: Identity) -> tuple[str, str]:
    """Give someone two photos, one of the same bytes as anna's, and something of every kind."""
    shared = service.publish(caller, SHARED, sky=0.9)
    own = service.publish(caller, OWN, sky=0.9)
    assert caller.user_id
    assert anna.user_id
    client, now = service.client(caller), service.clock()
    client.post("/api/v1/me/api-keys", json={"name": "n", "scopes": ["read"]})
    client.patch("/api/v1/me", json={"avatar_photo_id": own})
    album = client.post("/api/v1/albums", json={"title": "Mine", "visibility": "public"}).json()
    client.put(f"/api/v1/albums/{album['id']}/photos/{own}")
    tus = {"Tus-Resumable": "1.0.0"}
    created = client.post("/api/v1/uploads", headers=tus | {"Upload-Length": "9"})
    piece = tus | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    assert client.patch(created.headers["location"], content=b"part", headers=piece).status_code == 204
    (annas,) = (
        photo["id"] for photo in client.get("/api/v1/photos", params={"user": "anna"}).json()["items"]
    )
    with service.services.database.write() as uow:
        uow.social.lock_account(caller.user_id)
        uow.social.like(caller.user_id, annas, now)
        uow.social.follow(caller.user_id, anna.user_id, now)
        uow.social.follow(anna.user_id, caller.user_id, now)
    assert client.post(f"/api/v1/photos/{annas}/comments", json={"text": "nice"}).status_code == 201
    assert client.post(f"/api/v1/photos/{annas}/report", json={"reason": "spam"}).status_code == 202
    return shared, own


@pytest.fixture
def anna(either: PhotosService) -> Identity:
    return either.join("anna")


@pytest.fixture
def annas(either: PhotosService, anna: Identity) -> str:
    return either.publish(anna, SHARED, sky=0.9)


def test_deletion_removes_own_data_only(either: PhotosService, anna: Identity, annas: str) -> None:
    before = keys(either)
    bert = either.join("bert")
    photos = settle(either, bert, anna)
    made_later = [f"transient/embeddings/{photos[0]}-bbbb.f16", f"{explanations_of(photos[1])}/lake.png"]
    for key in (*made_later, *downloads_of(hashlib.sha256(OWN).hexdigest())):
        either.services.store.put(key, b"made later")
    assert bert.user_id
    assert len(naming(either, bert.user_id)) >= 8
    assert leave(either, bert).status_code == 204
    assert naming(either, bert.user_id) == {}
    assert keys(either) == before
    assert list(either.services.staging.iterdir()) == []
    photo = either.get(anna, annas)
    assert (photo["like_count"], photo["comment_count"]) == (0, 0)
    assert either.client(anna).get(f"/api/v1/photos/{annas}/file?size=original").content == SHARED
    counts = either.client(anna).get("/api/v1/me").json()["counts"]
    assert (counts["followers"], counts["following"]) == (0, 0)
    (report,) = either.client(anna).get("/api/v1/admin/reports").json()["items"]
    assert report["reporter"] is None
    with either.services.database._read() as session:
        (line,) = session.scalars(select(AuditRow)).all()
        assert session.scalar(select(func.count()).select_from(CommentRow)) == 0
    assert (line.actor, line.action, line.subject) == ("bert", "account.deleted", "bert")


def test_deletion_needs_a_session_and_the_password(either: PhotosService, anna: Identity) -> None:
    bert = either.join("bert")
    assert problem(leave(either, bert, "a wrong password")) == (422, "incorrect_password")
    assert signs_in(either, "bert")
    assert leave(either, bert).status_code == 204
    assert problem(leave(either, bert)) == (422, "incorrect_password")
    assert problem(either.client(bert).get("/api/v1/me")) == (401, "authentication_required")


def test_last_admin_cannot_be_deleted(either: PhotosService, anna: Identity) -> None:
    either.join("bert")
    assert problem(leave(either, anna)) == (409, "last_admin")
    assert signs_in(either, "anna")
    either.client(anna).patch("/api/v1/admin/users/bert", json={"role": "admin"})
    assert leave(either, anna).status_code == 204
    assert not signs_in(either, "anna")


def test_deleted_name_can_be_registered(either: PhotosService, anna: Identity) -> None:
    first = either.join("bert")
    assert leave(either, first).status_code == 204
    second = either.join("bert")
    assert second.user_id != first.user_id


@contextmanager
def dying_at(engine: Engine, statement: int) -> Iterator[None]:
    """End the process, so to speak, before the nth statement that the database is sent."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            raise Killed

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", count)


def test_deletion_is_atomic_at_every_statement(either: PhotosService, anna: Identity, annas: str) -> None:
    before, engine = keys(either), either.services.database.engine
    whole, name, died, outcomes = True, "bert0", True, set()
    bert = either.join(name)
    photos = settle(either, bert, anna)
    statement = 0
    while died:
        statement += 1
        died = False
        try:
            with dying_at(engine, statement):
                delete_account(either.services, bert, PASSWORD)
        except Killed:
            died = True
        whole = signs_in(either, name)
        outcomes.add(whole)
        for photo_id in photos:
            status = either.client(anna).get(f"/api/v1/photos/{photo_id}").status_code
            assert status == (200 if whole else 404)
        assert either.client().get(f"/api/v1/users/{name}").status_code == (200 if whole else 404)
        counted = either.get(anna, annas)
        assert (counted["like_count"], counted["comment_count"]) == ((1, 1) if whole else (0, 0))
        if not whole:
            either.reconcile()
            assert bert.user_id
            assert naming(either, bert.user_id) == {}
            assert keys(either) == before
            name = f"bert{statement}"
            bert = either.join(name)
            photos = settle(either, bert, anna)
    assert outcomes == {True, False}


class FailingStore:
    """A store that does not delete, from the nth time on."""

    def __init__(self, store: BlobStore, after: int) -> None:
        self._store = store
        self._left = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def delete(self, key: str) -> None:
        self._left -= 1
        if self._left < 0:
            raise StorageError("The disk does not answer.")
        self._store.delete(key)


@pytest.mark.parametrize("after", range(5))
def test_reconciler_finishes_after_a_storage_error(
    either: PhotosService, anna: Identity, annas: str, after: int
) -> None:
    before = keys(either)
    bert = either.join("bert")
    settle(either, bert, anna)
    store: Any = FailingStore(either.services.store, after)
    delete_account(replace(either.services, store=store), bert, PASSWORD)
    assert not signs_in(either, "bert")
    assert keys(either) > before
    either.reconcile()
    assert bert.user_id
    assert naming(either, bert.user_id) == {}
    assert keys(either) == before


def test_photo_uploaded_during_deletion_is_purged(either: PhotosService, anna: Identity, jpeg: bytes) -> None:
    bert = either.join("bert")
    assert bert.user_id
    own = either.post(bert, jpeg)["id"]
    services = either.services
    with services.database.write() as uow:
        user = uow.accounts.lock_account(bert.user_id)
        assert user
        uow.account_deletions.begin(user, either.clock())
    answer = either.client(bert).post("/api/v1/photos", files={"file": ("b.jpg", make_jpeg(64, 48, 9))})
    assert problem(answer) == (401, "authentication_required")
    # The worker, which knows nothing of accounts, stores its renditions before the sweep comes.
    either.render(own)
    assert not purge_account(services, bert.user_id, limit=0)
    assert purge_account(services, bert.user_id, limit=1)
    assert naming(either, bert.user_id) == {}
    assert keys(either) == set()
    with services.database._read() as session:
        assert session.get(UserRow, bert.user_id) is None
