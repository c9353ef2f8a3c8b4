"""The files of a photo: which blob a caller gets, and how it may be cached."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from photos.albums.share_links import grants_file
from photos.kernel import blob_keys
from photos.kernel.access import find_visible
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories
from photos.library.downloads import find_download
from photos.models import PhotoRow
from vignette_shared.contracts.api import RenditionSize
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import NotFound

Caching = Literal["public", "unlisted", "private", "shared"]


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A blob of a photo with the facts for its headers; `etag` is unquoted, `bytes` is the length."""

    key: str
    media_type: str
    bytes: int
    etag: str
    file_name: str
    caching: Caching
    original: bool


def find_file(
    services: Services, photo_id: str, size: RenditionSize, caller: Identity, share: str | None = None
) -> PhotoFile:
    """Return the blob to send.

    The owner gets the original as uploaded, and files of photos in the trash. Others get a stripped copy of
    the original, if the owner allows downloads.

    Args:
        share: the signature in a share link's file URL; one that is not valid is ignored.

    Raises:
        NotFound: the photo does not exist, the caller may not see it, or the rendition is not made yet.
        ImageError, StorageError, StorageFull, ServiceUnavailable: the stripped copy can't be made now.
    """
    with services.database.read() as db:
        photo, caching = _find(services, db, photo_id, caller, share)
    if size != "original":
        return _rendition(photo, size, caching)
    if photo.owner_id == caller.user_id:
        return _original(photo)
    if not photo.owner.allow_downloads:
        raise NotFound("The owner does not allow downloads of the original.")
    return _download(services, photo, caching)


def _find(
    services: Services, db: Repositories, photo_id: str, caller: Identity, share: str | None
) -> tuple[PhotoRow, Caching]:
    photo = db.photos.find(photo_id)
    # Before `find_visible`, which hides the trash: its page shows the owner thumbs.
    if photo is not None and photo.owner_id == caller.user_id:
        return photo, "private" if photo.deleted_at is not None else photo.visibility
    if photo is not None and share and grants_file(services, db, photo, share):
        return photo, "shared"
    visible = find_visible(db, photo_id, caller.user_id, admin=caller.is_admin)
    return visible, "private" if visible.hidden_at is not None else visible.visibility


def _rendition(photo: PhotoRow, size: str, caching: Caching) -> PhotoFile:
    facts = photo.renditions.get(size)
    if facts is None:
        raise NotFound(f"The {size} is not rendered yet; watch the photo's status.")
    return PhotoFile(
        key=facts["key"],
        media_type=facts["media_type"],
        bytes=facts["bytes"],
        etag=facts["sha256"],
        file_name=f"{PurePosixPath(photo.file_name).stem or 'photo'}-{size}.jpg",
        caching=caching,
        original=False,
    )


def _original(photo: PhotoRow) -> PhotoFile:
    return PhotoFile(
        key=blob_keys.original(photo.sha256),
        media_type=photo.media_type,
        bytes=photo.bytes,
        etag=photo.sha256,
        file_name=photo.file_name or "photo",
        caching="private",
        original=True,
    )


def _download(services: Services, photo: PhotoRow, caching: Caching) -> PhotoFile:
    download = find_download(services, photo)
    name = photo.file_name or "photo"
    return PhotoFile(
        key=download.key,
        media_type=download.media_type,
        bytes=download.bytes,
        etag=download.etag,
        file_name=name if download.media_type == photo.media_type else f"{PurePosixPath(name).stem}.jpg",
        caching=caching,
        original=True,
    )
