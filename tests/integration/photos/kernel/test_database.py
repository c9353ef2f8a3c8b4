"""Schema, queries and concurrency give the same results on SQLite and Postgres."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg

from photos import migrations
from photos.kernel.database import open_engine
from photos.models import Base
from vignette_shared.contracts.identity import ANONYMOUS
from vignette_shared.errors import SettingsError
from vignette_shared.settings import DatabaseSettings

pytestmark = pytest.mark.integration


def test_migrations_match_the_models(either: PhotosService) -> None:
    engine = either.services.database.engine
    assert migrations.upgrade(engine) == "0002"  # once more changes nothing
    migrations.require_newest(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_unmigrated_database_error_names_the_command(database_url: str) -> None:
    engine = open_engine(DatabaseSettings(url=database_url))
    with pytest.raises(SettingsError, match=r"photos\.cli migrate"):
        migrations.require_newest(engine)
    engine.dispose()


def test_concurrent_migrations_run_once(database_url: str) -> None:
    engines = [open_engine(DatabaseSettings(url=database_url)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(migrations.upgrade, engines)) == ["0002", "0002"]
    for engine in engines:
        engine.dispose()


def test_photo_lifecycle(either: PhotosService) -> None:
    anna, bert = either.join("anna"), either.join("bert")
    first = either.publish(anna, make_jpeg(640, 480, 1), {"tags": "home"}, sky=0.9, female=0.8)
    second = either.publish(bert, make_jpeg(640, 480, 2), sky=0.7)
    hidden = either.publish(bert, make_jpeg(640, 480, 3), {"visibility": "private"}, sky=0.7)

    def listed(caller: Any, **query: Any) -> list[str]:
        page = either.client(caller).get("/api/v1/photos", params=query).json()
        return [photo["id"] for photo in page["items"]]

    assert listed(ANONYMOUS) == [second, first]
    assert listed(bert, user="bert") == [hidden, second]
    assert listed(bert, tag=["sky", "home"]) == [first]
    assert listed(bert, tag="female") == []
    assert listed(anna, tag="female") == [first]
    assert listed(anna, tag="sky", min_score=0.8) == [first]
    page = either.client().get("/api/v1/photos", params={"limit": 1}).json()
    assert listed(ANONYMOUS, limit=1, cursor=page["next_cursor"]) == [first]
    tags = either.client().get("/api/v1/tags").json()["items"]
    assert [(tag["label"], tag["count"], tag["cover"]["id"]) for tag in tags] == [
        ("sky", 2, second),
        ("home", 1, first),
    ]
    assert either.get(bert, hidden, include="all")["status"] == "tagged"
    either.client(anna).delete(f"/api/v1/photos/{first}")
    assert listed(ANONYMOUS) == [second]
    assert either.post(anna, make_jpeg(640, 480, 1))["id"] == first
    either.client(anna).delete(f"/api/v1/photos/{first}", params={"permanent": "true"})
    assert listed(ANONYMOUS) == [second]


def test_times_round_trip(either: PhotosService) -> None:
    anna = either.join("anna")
    photo_id = either.post(anna, make_jpeg(64, 48))["id"]
    with either.services.database.read() as db:
        photo = db.photos.find(photo_id)
    assert photo is not None
    assert photo.created_at == either.clock.now
    assert photo.created_at.utcoffset() == timedelta(0)


def test_reconciler_purges_the_trash(either: PhotosService) -> None:
    anna = either.join("anna")
    waiting, trashed = (either.post(anna, make_jpeg(64, 48, shift))["id"] for shift in range(2))
    either.client(anna).delete(f"/api/v1/photos/{trashed}")
    either.outbox.sent.clear()
    either.clock.forward(days=31)
    assert either.reconcile() == 1
    assert [message.photo_id for message in either.outbox.take("photos.render_photo.v1")] == [waiting]
    with either.services.database.read() as db:
        assert db.photos.find(trashed) is None
        assert db.photos.waiting_counts() == {"render": 1}


def test_concurrent_uploads_of_the_same_bytes_are_one_photo(either: PhotosService, jpeg: bytes) -> None:
    anna = either.join("anna")
    with ThreadPoolExecutor(6) as pool:
        photos = list(pool.map(lambda _: either.post(anna, jpeg), range(6)))
    assert len({photo["id"] for photo in photos}) == 1
    assert sum(photo["duplicate"] is not True for photo in photos) == 1
    assert len(either.outbox.take("photos.render_photo.v1")) == 1


def test_concurrent_registrations_make_one_admin_and_unique_names(either: PhotosService) -> None:
    def register(number: int) -> int:
        body = {"username": f"user{number % 4}", "email": f"{number}@example.org", "password": "a walk along"}
        return either.client().post("/api/v1/auth/register", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(register, range(8)))
    assert statuses == [201] * 4 + [409] * 4
    with either.services.database.engine.connect() as connection:
        roles = connection.exec_driver_sql("SELECT role FROM users ORDER BY role").scalars().all()
    assert roles == ["admin", "user", "user", "user"]


def test_concurrent_delete_and_upload_keep_the_original(either: PhotosService, jpeg: bytes) -> None:
    people = [either.join(name) for name in ("anna", "bert", "cleo")]

    def come_and_go(caller: Any) -> None:
        for _ in range(5):
            photo = either.post(caller, jpeg)
            path = f"/api/v1/photos/{photo['id']}"
            data = either.client(caller).get(f"{path}/file", params={"size": "original"})
            assert data.content == jpeg
            assert either.client(caller).delete(path, params={"permanent": "true"}).status_code == 204

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(come_and_go, people))
    assert list(either.services.store.list("originals")) == []


def test_unstorable_text_is_rejected(either: PhotosService) -> None:
    login = either.client().post("/api/v1/auth/login", json={"login": "a\0b", "password": "x"})
    assert login.status_code in (401, 422)
    assert either.client().get("/api/v1/photos", params={"user": "a\0b"}).status_code in (200, 422)
