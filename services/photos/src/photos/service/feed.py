"""Lists: photos newest first, labels most frequent first."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from photos.repository.feed import FeedQuery, Position
from photos.service.presenting import present_all
from photos.unit_of_work import Database
from vignette_shared.contracts.api import Page, Photo, TagCount
from vignette_shared.errors import BadCursor


def list_photos(database: Database, query: FeedQuery) -> Page[Photo]:
    with database.read() as db:
        found = db.feed.page(query)
        photos = found[: query.limit]
        items = present_all(db, photos, query.viewer_id)
    more = len(found) > query.limit
    return Page(
        items=items,
        next_cursor=write_position(photos[-1].created_at, photos[-1].id) if more else None,
    )


def list_labels(database: Database, viewer_id: str | None, cursor: str | None, limit: int) -> Page[TagCount]:
    """Count the public photos by label, each label with its newest photo."""
    after = _read_count(cursor) if cursor else None
    with database.read() as db:
        found = db.tags.counts(viewer_id, after, limit + 1)
        labels = found[:limit]
        covers = db.feed.by_id([label.newest_photo_id for label in labels])
        shown = {photo.id: photo for photo in present_all(db, list(covers.values()), viewer_id)}
    items = [
        TagCount(label=label.label, count=label.count, cover=shown.get(label.newest_photo_id))
        for label in labels
    ]
    more = len(found) > limit
    return Page(items=items, next_cursor=_encode([labels[-1].count, labels[-1].label]) if more else None)


def write_position(created_at: datetime, photo_id: str) -> str:
    return _encode([created_at.isoformat(), photo_id])


def read_position(cursor: str) -> Position:
    """Raises `BadCursor`."""
    try:
        created_at, photo_id = _decode(cursor)
        moment = datetime.fromisoformat(created_at).astimezone(UTC)
        return Position(moment, str(UUID(photo_id)))
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _damaged() from error


def _read_count(cursor: str) -> tuple[int, str]:
    count, label = _decode(cursor)
    if not isinstance(count, int) or not 0 < count < 2**31 or not isinstance(label, str) or "\0" in label:
        raise _damaged()
    return count, label


def _encode(parts: list[str | int]) -> str:
    packed = json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode()
    return urlsafe_b64encode(packed).decode().rstrip("=")


def _decode(cursor: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, RecursionError) as error:
        raise _damaged() from error
    if not isinstance(parts, list) or len(parts) != 2:
        raise _damaged()
    return parts


def _damaged() -> BadCursor:
    return BadCursor("The cursor is damaged: start again from the first page.")
