"""The trash: list it, and restore photos from it."""

from photos.kernel.access import find_owned
from photos.kernel.cursors import read_position, write_position
from photos.kernel.presenting import present_all
from photos.kernel.services import Services
from photos.library.photos import view_photo
from photos.pipeline.steps import restore_from_trash
from vignette_shared.contracts.api import Page, Photo
from vignette_shared.contracts.identity import Identity


def list_trash(services: Services, user_id: str, cursor: str | None, limit: int) -> Page[Photo]:
    """List the user's photos in the trash, last deleted first; raises `BadCursor`."""
    after = read_position(cursor) if cursor else None
    with services.database.read() as db:
        rows = db.photos.trash(user_id, (after.created_at, after.id) if after else None, limit + 1)
        photos = rows[:limit]
        items = present_all(db, photos, user_id)
    last = photos[-1] if len(rows) > limit else None
    return Page(
        items=items,
        next_cursor=write_position(last.deleted_at, last.id) if last and last.deleted_at else None,
    )


def restore_photo(services: Services, photo_id: str, caller: Identity) -> Photo:
    """Restore a photo from the trash and queue its pending step; idempotent.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: as `find_owned`.
    """
    # Before the transaction, since it may read the registry.
    input_side = services.model.input_side()
    with services.database.write() as uow:
        uow.photos.lock(photo_id)
        photo = find_owned(uow, photo_id, caller, in_trash=True)
        restore_from_trash(uow, photo, services.clock(), input_side)
        return view_photo(uow, photo, caller)
