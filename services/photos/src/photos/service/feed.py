"""Lists: photos newest first, labels most frequent first."""

from photos.repository.feed import FeedQuery
from photos.service.albums import find_seen_album
from photos.service.cursors import damaged, read_cursor, write_cursor, write_place, write_position
from photos.service.presenting import present_all
from photos.unit_of_work import Database
from vignette_shared.contracts.api import Page, Photo, TagCount


def list_photos(database: Database, query: FeedQuery) -> Page[Photo]:
    """Raises `NotFound` for an album that is not there for the viewer."""
    if query.album_id is not None:
        return _list_album(database, query.album_id, query)
    with database.read() as db:
        found = db.feed.page(query)
        photos = found[: query.limit]
        items = present_all(db, photos, query.viewer_id)
    more = len(found) > query.limit
    return Page(
        items=items,
        next_cursor=write_position(photos[-1].created_at, photos[-1].id) if more else None,
    )


def _list_album(database: Database, album_id: str, query: FeedQuery) -> Page[Photo]:
    with database.read() as db:
        find_seen_album(db, album_id, query.viewer_id)
        found = db.feed.album_page(query)
        shown = found[: query.limit]
        items = present_all(db, [photo for photo, _ in shown], query.viewer_id)
    more = len(found) > query.limit
    return Page(items=items, next_cursor=write_place(shown[-1][1], shown[-1][0].id) if more else None)


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
    return Page(items=items, next_cursor=write_cursor([labels[-1].count, labels[-1].label]) if more else None)


def _read_count(cursor: str) -> tuple[int, str]:
    count, label = read_cursor(cursor)
    if not isinstance(count, int) or not 0 < count < 2**31 or not isinstance(label, str) or "\0" in label:
        raise damaged()
    return count, label
