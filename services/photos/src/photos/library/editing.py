"""Editing a photo's title, description, alt text and visibility."""

from photos.kernel.access import find_owned
from photos.kernel.services import Services
from photos.kernel.unit_of_work import UnitOfWork
from photos.library.etags import names_etag, photo_etag
from photos.library.photos import Include, view_photo
from photos.models import PhotoRow
from photos.search.words import index_words
from vignette_shared.contracts.api import Photo, PhotoChange
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import Stale

INCLUDES: tuple[Include | None, ...] = (None, "rejected", "all")


def change_photo(
    services: Services, photo_id: str, caller: Identity, change: PhotoChange, if_match: str | None
) -> Photo:
    """Change the given fields and return the photo.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: as `find_owned`.
        Stale: no ETag in `if_match` is the photo's current one.
    """
    with services.database.write() as uow:
        # Lock before comparing ETags: of two concurrent changes, the second must fail.
        uow.photos.lock(photo_id)
        photo = find_owned(uow, photo_id, caller)
        if if_match is not None:
            _require_current(uow, photo, caller, if_match)
        _apply(uow, photo, change)
        return view_photo(uow, photo, caller)


def _require_current(uow: UnitOfWork, photo: PhotoRow, caller: Identity, if_match: str) -> None:
    # The client may have read any of these representations; each has its own ETag.
    etags = (photo_etag(view_photo(uow, photo, caller, include)) for include in INCLUDES)
    if not any(names_etag(if_match, etag) for etag in etags):
        raise Stale("The photo has changed since you read it. Read it again, then repeat the change.")


def _apply(uow: UnitOfWork, photo: PhotoRow, change: PhotoChange) -> None:
    if "alt_text" in change.model_fields_set:
        photo.alt_text = change.alt_text or None
    if change.visibility is not None:
        photo.visibility = change.visibility
        # The avatar is shown to everyone, so it must not be a private photo.
        if change.visibility == "private":
            uow.accounts.clear_avatar(photo.owner_id, [photo.id])
    # Indexing writes rows, so skip it if no indexed text changes.
    if change.title is None and change.description is None:
        return
    if change.title is not None:
        photo.title = change.title
    if change.description is not None:
        photo.description = change.description
    index_words(uow, photo)
