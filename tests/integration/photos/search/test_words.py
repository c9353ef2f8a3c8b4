"""The word index follows changes of a photo and covers photos of an older release."""

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Connection, text
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg

from photos import migrations
from photos.kernel.database import WRITE, open_engine
from photos.search.words import index_words
from vignette_shared.ids import id_timestamp
from vignette_shared.settings import DatabaseSettings

pytestmark = pytest.mark.integration

OLD_ID = "019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11"


def words(connection: Connection) -> list[str]:
    return sorted(connection.execute(text("SELECT word FROM photo_words")).scalars())


def test_words_are_indexed_on_upload_and_change(either: PhotosService) -> None:
    anna = either.join("anna")
    fields = {"title": "Der große SEE", "description": "See & Berge_1"}
    photo_id = either.post(anna, make_jpeg(64, 48), **fields)["id"]
    engine = either.services.database.engine
    with engine.connect() as connection:
        assert words(connection) == ["berge_1", "der", "grosse", "see"]
        assert connection.execute(text("SELECT search_text FROM photos")).scalar_one() == (
            " der grosse see \n see berge_1 "
        )
    with either.services.database.write() as uow:
        photo = uow.photos.lock(photo_id)
        assert photo is not None
        photo.title, photo.camera = "Der Berg", {"make": "Canon", "model": "EOS 90D", "iso": 100}
        index_words(uow, photo)
        index_words(uow, photo)
    with engine.connect() as connection:
        assert words(connection) == [
            "berg", "berge_1", "camera:90d", "camera:canon", "camera:eos", "der", "see",
        ]  # fmt: skip


def test_migration_indexes_existing_photos(database_url: str) -> None:
    engine = open_engine(DatabaseSettings(url=database_url))
    config = migrations._config()
    with engine.execution_options(**{WRITE: True}).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        add_photo_of_0001(connection)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        assert words(connection) == ["am", "camera:canon", "lake", "see", "évian"]
        found = connection.execute(text("SELECT search_text, created_at FROM photos")).one()
    assert found.search_text == " lake évian \n am see "
    created_at = found.created_at
    if isinstance(created_at, str):
        created_at = datetime.fromisoformat(created_at).replace(tzinfo=UTC)
    assert created_at == id_timestamp(OLD_ID)  # so that ids sort as the feed does
    engine.dispose()


def add_photo_of_0001(connection: Connection) -> None:
    now = datetime(2026, 1, 1)  # noqa: DTZ001 - raw SQL, as the driver takes it
    user = {
        "id": OLD_ID, "username": "anna", "username_key": "anna", "email": "a@b.c", "email_key": "a@b.c",
        "display_name": "Anna", "bio": "", "password_hash": "x", "role": "user", "created_at": now,
    }  # fmt: skip
    photo = {
        "id": OLD_ID, "owner_id": OLD_ID, "sha256": "0" * 64, "media_type": "image/jpeg", "bytes": 1,
        "file_name": "a.jpg", "title": "Lake Évian", "description": "am See", "visibility": "public",
        "status": "tagged", "width": 1, "height": 1, "created_at": now, "renditions": "{}",
        "camera": '{"make": "Canon"}', "attempts": 0,
    }  # fmt: skip
    for table, row in (("users", user), ("photos", photo)):
        sqlite = connection.dialect.name == "sqlite"
        stored = {
            key: OLD_ID.replace("-", "") if sqlite and value == OLD_ID else value
            for key, value in row.items()
        }
        columns, values = ", ".join(stored), ", ".join(f":{key}" for key in stored)
        connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), stored)  # noqa: S608
