"""Albums: made, changed, filled and put in order by their owner."""

from datetime import datetime

from photos.models import AlbumRow
from photos.service.access import require_user
from photos.unit_of_work import Reading, UnitOfWork
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import AlbumFull, Forbidden, NotFound

MAX_PHOTOS = 10_000
"""In one album: its order is rewritten as a whole."""


def find_seen_album(db: Reading, album_id: str, viewer_id: str | None) -> AlbumRow:
    """Return an album that the viewer may see; raises `NotFound`."""
    album = db.albums.find(album_id)
    if album is None or not may_see_album(album, viewer_id):
        raise _no_album()
    return album


def find_own_album(db: Reading, album_id: str, caller: Identity) -> AlbumRow:
    """Return an album that the caller may change.

    Raises:
        NotFound: there is none, or not for the caller.
        AuthenticationRequired, MissingScope, Forbidden: the caller sees it but may not change it.
    """
    album = find_seen_album(db, album_id, caller.user_id)
    if require_user(caller, "write") != album.owner_id:
        raise Forbidden("Only its owner may change this album.")
    return album


def may_see_album(album: AlbumRow, viewer_id: str | None) -> bool:
    """One's own, and those that are not private of people who are not suspended."""
    if album.owner_id == viewer_id:
        return True
    return album.visibility != "private" and album.owner.suspended_at is None


def add_to_album(uow: UnitOfWork, album: AlbumRow, photo_ids: list[str], now: datetime) -> None:
    """Put the owner's photos first in an album, the last one first; those that are in it stay where they are.

    Raises:
        AlbumFull: it would hold more than `MAX_PHOTOS`; nothing was added.
    """
    uow.albums.lock(album.id)
    uow.albums.add_photos(album.id, photo_ids, now)
    if uow.albums.size(album.id) > MAX_PHOTOS:
        raise AlbumFull(f"An album holds at most {MAX_PHOTOS} photos: make another one.")


def _no_album() -> NotFound:
    return NotFound("There is no such album, or it is not yours to see.")
