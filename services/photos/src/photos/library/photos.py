"""One photo: view, move to the trash, delete permanently."""

from datetime import datetime
from typing import Literal

from photos.kernel import blob_keys
from photos.kernel.access import find_owned, find_visible
from photos.kernel.presenting import present, present_decision
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories
from photos.models import PhotoRow
from photos.similarity.near_duplicates import find_near_duplicates
from vignette_shared.contracts.api import Photo
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import StorageError
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)
Include = Literal["rejected", "all"]
DECISIONS = 100
"""Decisions in a photo's response, the latest ones; training uses the whole history."""


def get_photo(services: Services, photo_id: str, caller: Identity, include: Include | None = None) -> Photo:
    """Return the photo if the caller may see it; raises `NotFound`.

    Args:
        include: also rejected tags, or all scores of the model; ignored for others than the owner.
    """
    with services.database.read() as db:
        photo = find_visible(db, photo_id, caller.user_id, admin=caller.is_admin)
        return view_photo(db, photo, caller, include)


def view_photo(db: Repositories, photo: PhotoRow, caller: Identity, include: Include | None = None) -> Photo:
    """Build the photo's full representation for the caller; its ETag is computed over all of it."""
    if include is None or photo.owner_id != caller.user_id:
        tags = db.tags.shown([photo.id]).get(photo.id, [])
    else:
        every = db.tags.all(photo.id)
        tags = [tag for tag in every if include == "all" or tag.shown or tag.state == "rejected"]
    liked = db.social.liked(caller.user_id, [photo.id])
    shown = present(photo, tags, caller.user_id, liked=bool(liked))
    if photo.owner_id != caller.user_id:
        return shown
    more: dict[str, object] = {"near_duplicates": find_near_duplicates(db, photo)}
    if include == "all":
        more["decisions"] = [present_decision(row) for row in db.tags.decisions(photo.id, DECISIONS)]
    return shown.model_copy(update=more)


def trash_photo(services: Services, photo_id: str, caller: Identity) -> None:
    """Move a photo to the trash, which hides it everywhere; idempotent. Raises as `find_owned`."""
    with services.database.write() as uow:
        photo = find_owned(uow, photo_id, caller, in_trash=True)
        photo.deleted_at = photo.deleted_at or services.clock()
        uow.accounts.clear_avatar(photo.owner_id, [photo_id])


def remove_photo(services: Services, photo_id: str, caller: Identity) -> None:
    """Delete a photo permanently, in the trash or not; raises as `find_owned`."""
    with services.database.read() as db:
        photo = find_owned(db, photo_id, caller, in_trash=True)
    erase(services, photo)


def erase(services: Services, photo: PhotoRow, *, trashed_before: datetime | None = None) -> None:
    """Delete a photo's row and renditions, and the original if no other photo has the same bytes.

    The row goes first: a crash in between leaves orphaned blobs, never a photo without its files.

    Args:
        trashed_before: delete only if the photo is in the trash since before this time; it may have been
            restored concurrently.
    """
    with services.database.write() as uow:
        removed = uow.photos.remove(photo.id, trashed_before=trashed_before)
        if removed:
            uow.accounts.clear_avatar(photo.owner_id, [photo.id])
    if not removed:
        return
    try:
        for facts in photo.renditions.values():
            services.store.delete(facts["key"])
        for key in services.store.list(blob_keys.explanations_of(photo.id)):
            services.store.delete(key)
        with services.database.write() as uow:
            # Count and delete under the lock: an upload of the same bytes must wait or be counted.
            uow.photos.lock_original(photo.sha256)
            if uow.photos.references(photo.sha256) == 0:
                for key in (blob_keys.original(photo.sha256), *blob_keys.downloads_of(photo.sha256)):
                    services.store.delete(key)
    # The row is gone, so the request succeeds; the sweeper deletes the blobs that are left.
    except StorageError as error:
        log.warning("blobs_orphaned", photo_id=photo.id, sha256=photo.sha256, reason=error.detail)
