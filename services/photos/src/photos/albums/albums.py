"""Albums: create, change, fill and reorder."""

from collections.abc import Sequence
from datetime import datetime

from photos.kernel.access import find_owned, require_user
from photos.kernel.cursors import read_position, write_position
from photos.kernel.presenting import present_all, present_person
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories, UnitOfWork
from photos.kernel.visibility import in_album_for
from photos.models import AlbumRow
from vignette_shared.contracts.api import Album, AlbumChange, AlbumOrder, NewAlbum, Page
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import AlbumFull, Forbidden, NotFound, TooManyAlbums, ValidationFailed
from vignette_shared.ids import new_id

MAX_ALBUMS = 1_000
"""Albums per user."""
MAX_PHOTOS = 10_000
"""Photos per album; bounded because a reorder rewrites every position."""


def create_album(services: Services, owner_id: str, new_album: NewAlbum) -> Album:
    """Create an album; raises `TooManyAlbums`."""
    with services.database.write() as uow:
        if uow.albums.count(owner_id) >= MAX_ALBUMS:
            raise TooManyAlbums(f"You have {MAX_ALBUMS} albums, the maximum. Delete one first.")
        now = services.clock()
        album = AlbumRow(
            id=new_id(now),
            owner_id=owner_id,
            title=new_album.title,
            description=new_album.description,
            visibility=new_album.visibility,
            created_at=now,
        )
        uow.albums.add(album)
        return _present(uow, album.id, owner_id)


def get_album(services: Services, album_id: str, viewer_id: str | None) -> Album:
    """Return the album if the viewer may see it; raises `NotFound`."""
    with services.database.read() as db:
        find_visible_album(db, album_id, viewer_id)
        return _present(db, album_id, viewer_id)


def list_albums(
    services: Services, caller: Identity, username: str | None, cursor: str | None, limit: int
) -> Page[Album]:
    """Return the caller's albums, or another user's public ones, newest first.

    Args:
        username: whose albums; None for the caller's.

    Raises:
        AuthenticationRequired, MissingScope: no user is named, and the caller is anonymous.
        BadCursor: the cursor is not valid.
    """
    after = read_position(cursor) if cursor else None
    with services.database.read() as db:
        if username is None:
            owner_id = require_user(caller)
        elif (owner := db.accounts.by_name(username.strip())) is not None:
            owner_id = owner.id
        else:
            # A filter that matches nothing gives an empty list, not a 404.
            return Page(items=[])
        rows = db.albums.owned(
            owner_id,
            (after.created_at, after.id) if after else None,
            limit + 1,
            public_only=owner_id != caller.user_id,
        )
        # After paging: the cursor must advance over albums that are filtered out.
        shown = [album for album in rows[:limit] if may_see_album(album, caller.user_id)]
        items = present_albums(db, shown, caller.user_id)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items=items, next_cursor=write_position(last.created_at, last.id) if last else None)


def change_album(services: Services, album_id: str, caller: Identity, change: AlbumChange) -> Album:
    """Change the given fields and return the album.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: as `find_owned_album`.
        ValidationFailed: the cover is not one of the album's photos.
    """
    with services.database.write() as uow:
        uow.albums.lock(album_id)
        album = find_owned_album(uow, album_id, caller)
        if "cover_photo_id" in change.model_fields_set:
            album.cover_photo_id = _require_cover(uow, album_id, change.cover_photo_id)
        album.title = album.title if change.title is None else change.title
        album.description = album.description if change.description is None else change.description
        album.visibility = change.visibility or album.visibility
        return _present(uow, album_id, caller.user_id)


def remove_album(services: Services, album_id: str, caller: Identity) -> None:
    """Delete an album and its share links; raises as `find_owned_album`."""
    with services.database.write() as uow:
        find_owned_album(uow, album_id, caller)
        uow.albums.remove(album_id)


def put_photo(services: Services, album_id: str, photo_id: str, caller: Identity) -> None:
    """Add one of the caller's photos to their album; idempotent.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: the album or the photo is not the caller's.
        AlbumFull: the album has `MAX_PHOTOS` photos.
    """
    with services.database.write() as uow:
        album = find_owned_album(uow, album_id, caller)
        find_owned(uow, photo_id, caller)
        add_to_album(uow, album, [photo_id], services.clock())


def take_photo(services: Services, album_id: str, photo_id: str, caller: Identity) -> None:
    """Remove a photo from the caller's album; raises as `find_owned_album`."""
    with services.database.write() as uow:
        find_owned_album(uow, album_id, caller)
        uow.albums.remove_photo(album_id, photo_id)


def order_album(services: Services, album_id: str, caller: Identity, order: AlbumOrder) -> None:
    """Move the given photos to the front, in this order; the others keep their order behind them.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: as `find_owned_album`.
        ValidationFailed: a photo is listed twice, or is not in the album.
    """
    wanted = [photo_id.lower() for photo_id in order.ids]
    if len(set(wanted)) < len(wanted):
        raise _bad_field("ids", "A photo is listed twice.")
    with services.database.write() as uow:
        uow.albums.lock(album_id)
        find_owned_album(uow, album_id, caller)
        present = uow.albums.order(album_id)
        if missing := set(wanted) - set(present):
            raise _bad_field("ids", f"Not in the album: {', '.join(sorted(missing)[:3])[:200]}.")
        named = set(wanted)
        uow.albums.reorder(album_id, [*wanted, *(each for each in present if each not in named)])


def find_visible_album(db: Repositories, album_id: str, viewer_id: str | None) -> AlbumRow:
    """Return the album if the viewer may see it; raises `NotFound`."""
    album = db.albums.find(album_id)
    if album is None or not may_see_album(album, viewer_id):
        raise NotFound("There is no such album, or you may not see it.")
    return album


def find_owned_album(db: Repositories, album_id: str, caller: Identity) -> AlbumRow:
    """Return the album if the caller may change it.

    Raises:
        NotFound: the album does not exist, or the caller may not see it.
        AuthenticationRequired, MissingScope, Forbidden: the caller may see it but not change it.
    """
    album = find_visible_album(db, album_id, caller.user_id)
    if require_user(caller, "write") != album.owner_id:
        raise Forbidden("Only the owner may change this album.")
    return album


def may_see_album(album: AlbumRow, viewer_id: str | None) -> bool:
    """Whether the viewer owns the album, or it is not private and its owner is active."""
    if album.owner_id == viewer_id:
        return True
    owner_is_there = album.owner.suspended_at is None and album.owner.deleted_at is None
    return album.visibility != "private" and owner_is_there


def add_to_album(uow: UnitOfWork, album: AlbumRow, photo_ids: Sequence[str], now: datetime) -> None:
    """Add photos to the front of an album, the last one first; photos already in it keep their position.

    Raises:
        AlbumFull: the album would have more than `MAX_PHOTOS` photos; the transaction is rolled back.
    """
    # Lock first: the new positions are computed from the current minimum.
    uow.albums.lock(album.id)
    uow.albums.add_photos(album.id, photo_ids, now)
    if uow.albums.size(album.id) > MAX_PHOTOS:
        raise AlbumFull(f"An album can have at most {MAX_PHOTOS} photos. Create another one.")


def present_albums(db: Repositories, albums: Sequence[AlbumRow], viewer_id: str | None) -> list[Album]:
    """Build the API's albums; counts and covers include only photos that the viewer may see."""
    ids, visible = [album.id for album in albums], in_album_for(viewer_id)
    counts, covers = db.albums.photo_counts(ids, visible), db.albums.covers(ids, visible)
    # All covers in one query, whatever the number of albums.
    rows = list(db.feed.by_id(list(covers.values())).values())
    photos = {photo.id: photo for photo in present_all(db, rows, viewer_id)}
    return [
        Album(
            id=album.id,
            title=album.title,
            description=album.description,
            visibility=album.visibility,
            photo_count=counts.get(album.id, 0),
            cover=photos.get(covers.get(album.id, "")),
            created_at=album.created_at,
            owner=present_person(album.owner),
        )
        for album in albums
    ]


def _present(db: Repositories, album_id: str, viewer_id: str | None) -> Album:
    return present_albums(db, [find_visible_album(db, album_id, viewer_id)], viewer_id)[0]


def _require_cover(uow: UnitOfWork, album_id: str, photo_id: str | None) -> str | None:
    if photo_id is None:
        return None
    photo_ids = {photo.lower() for photo in uow.albums.order(album_id)}
    if photo_id.lower() not in photo_ids:
        raise _bad_field("cover_photo_id", "The cover must be one of the album's photos.")
    return photo_id.lower()


def _bad_field(field: str, message: str) -> ValidationFailed:
    return ValidationFailed(f"Check: {field}. {message}", errors=[{"field": field, "message": message}])
