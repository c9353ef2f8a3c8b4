"""The cost of the following feed depends on its page, not on the number of follows and photos."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text
from tests.support.photos.service import PhotosService

from photos.models import FollowRow, PhotoRow, UserRow
from vignette_shared.ids import new_id

pytestmark = pytest.mark.integration

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PEOPLE, FOLLOWED, PHOTOS = 60, 40, 12_000


@pytest.fixture
def viewer(either: PhotosService) -> str:
    """Someone who follows 40 of 60 people with 12,000 photos; half of these are private, a tenth pending."""
    viewer = either.join("viewer").user_id or ""
    dice = random.Random(7)  # noqa: S311
    people = [new_id() for _ in range(PEOPLE)]
    users = [
        {"id": id_, "username": f"u{n}", "username_key": f"u{n}", "email": f"{n}@x.y",
         "email_key": f"{n}@x.y", "password_hash": "", "display_name": f"U {n}", "role": "user",
         "created_at": NOON}
        for n, id_ in enumerate(people)
    ]  # fmt: skip
    photos = []
    for number in range(PHOTOS):
        made = NOON + timedelta(seconds=number // 2)
        # Some have taken most of the photos, some one.
        owner = people[int(PEOPLE * dice.random() ** 3)]
        photos.append(
            {"id": new_id(made), "owner_id": owner, "sha256": f"{number:064x}", "media_type": "image/jpeg",
             "bytes": 1, "file_name": "", "title": "", "visibility": dice.choice(("public", "private")),
             "status": "pending" if dice.random() < 0.1 else "tagged", "width": 1, "height": 1,
             "created_at": made, "deleted_at": NOON if dice.random() < 0.02 else None}
        )  # fmt: skip
    follows = [{"follower_id": viewer, "followed_id": id_, "created_at": NOON} for id_ in people[:FOLLOWED]]
    with either.services.database.engine.begin() as connection:
        connection.execute(insert(UserRow), users)
        connection.execute(insert(PhotoRow), photos)
        connection.execute(insert(FollowRow), follows)
    return viewer


@contextmanager
def noted(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Collect the queries, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan(service: PhotosService, statement: str, parameters: Any) -> str:
    engine = service.services.database.engine
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def wanted(service: PhotosService, viewer: str) -> list[str]:
    """Return what the feed holds, found the plain way."""
    with service.services.database.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT p.id FROM photos p JOIN follows f ON f.followed_id = p.owner_id "
                "JOIN users v ON v.id = f.follower_id AND v.username = 'viewer' "
                "WHERE p.visibility = 'public' AND p.status = 'tagged' AND p.deleted_at IS NULL "
                "ORDER BY p.created_at DESC, p.id DESC"
            )
        )
        return [str(row.id).replace("-", "") for row in rows]


def pages(service: PhotosService, viewer: str, limit: int, at_most: int = 10_000) -> list[str]:
    found: list[str] = []
    after = None
    while len(found) < at_most:
        with service.services.database.read() as db:
            page = db.following.photos(viewer, after, limit)
        found += [photo.id.replace("-", "") for photo in page]
        if len(page) < limit:
            break
        after = (page[-1].created_at, page[-1].id)
    return found


@pytest.mark.parametrize("limit", [1, 17, 201])
def test_feed_equals_a_plain_evaluation(either: PhotosService, viewer: str, limit: int) -> None:
    expected = wanted(either, viewer)
    assert len(expected) > 500
    first = 10_000 if limit == 201 else 40 * limit
    assert pages(either, viewer, limit, first) == expected[:first]


@pytest.mark.parametrize("with_statistics", [False, True])
def test_feed_reads_one_index_range_per_user(
    either: PhotosService, viewer: str, *, with_statistics: bool
) -> None:
    engine = either.services.database.engine
    if with_statistics:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    with either.services.database.read() as db, noted(engine) as statements:
        page = db.following.photos(viewer, None, 21)
        db.following.photos(viewer, (page[-1].created_at, page[-1].id), 21)
    assert len(statements) == 4
    for statement, parameters in statements:
        seen = plan(either, statement, parameters)
        assert "ix_photos_shown" in seen, seen
        for bad in ("SCAN photos", "Seq Scan on photos", "ix_photos_feed", "ix_photos_timeline"):
            assert bad not in seen, seen
