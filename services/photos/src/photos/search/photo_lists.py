"""Lists of photos: the results of a query, newest or most liked first, or an album in its order."""

from photos.albums.albums import find_visible_album
from photos.kernel.cursors import (
    Position,
    damaged,
    read_cursor,
    read_position,
    write_cursor,
    write_place,
    write_position,
)
from photos.kernel.presenting import present_all
from photos.kernel.services import Services
from photos.models import PhotoRow
from photos.search.repository.conditions import looks_at_own
from photos.search.repository.photo_lists import FeedQuery, Sort
from vignette_shared.contracts.api import Page, Photo
from vignette_shared.errors import AuthenticationRequired


def list_photos(services: Services, query: FeedQuery) -> Page[Photo]:
    """Return a page of photos.

    Raises:
        NotFound: the viewer may not see the album.
        AuthenticationRequired: an anonymous caller searches for their own photos.
    """
    require_own(query)
    # An album has its own order, which is its default.
    if query.album_id is not None and query.sort == "new":
        return _list_album(services, query.album_id, query)
    with services.database.read() as db:
        if query.album_id is not None:
            find_visible_album(db, query.album_id, query.viewer_id)
        rows = db.feed.page(query)
        photos = rows[: query.limit]
        items = present_all(db, photos, query.viewer_id)
    more = len(rows) > query.limit
    return Page(items=items, next_cursor=_write_end(photos[-1], query.sort) if more else None)


def read_end(cursor: str, sort: Sort) -> tuple[Position, int | None]:
    """Return the position after which the page starts, with its likes for `liked`; raises `BadCursor`."""
    if sort == "new":
        return read_position(cursor), None
    likes, created_at, photo_id = read_cursor(cursor, 3)
    if type(likes) is not int or not 0 <= likes < 2**31:
        raise damaged()
    return read_position(write_cursor([created_at, photo_id])), likes


def _write_end(photo: PhotoRow, sort: Sort) -> str:
    if sort == "new":
        return write_position(photo.created_at, photo.id)
    return write_cursor([photo.like_count, photo.created_at.isoformat(), photo.id])


def _list_album(services: Services, album_id: str, query: FeedQuery) -> Page[Photo]:
    with services.database.read() as db:
        find_visible_album(db, album_id, query.viewer_id)
        rows = db.feed.album_page(query)
        shown = rows[: query.limit]
        items = present_all(db, [photo for photo, _ in shown], query.viewer_id)
    more = len(rows) > query.limit
    return Page(items=items, next_cursor=write_place(shown[-1][1], shown[-1][0].id) if more else None)


def require_own(query: FeedQuery) -> None:
    if query.viewer_id is None and looks_at_own(query.search):
        raise AuthenticationRequired("Sign in to use the filter is:, which searches your own photos.")
