"""Stripped copies of originals for other users, without location and maker notes, made on first request."""

from dataclasses import dataclass

from photos.kernel import blob_keys
from photos.kernel.services import Services
from photos.kernel.staging import local_copy
from photos.models import PhotoRow

RE_ENCODED = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Download:
    """A stripped copy; `etag` is unquoted."""

    key: str
    media_type: str
    bytes: int
    etag: str


def find_download(services: Services, photo: PhotoRow) -> Download:
    """Return the stripped copy of a photo's original; make it on the first request.

    Concurrent first requests both make it, and store the same bytes.

    Raises:
        ImageError: the original can't be decoded.
        StorageError, StorageFull, ServiceUnavailable: temporary; retry.
    """
    # The store is the cache's only index, so nothing can disagree with it.
    for key, media_type in _candidates(photo):
        if (size := services.store.size(key)) is not None:
            return Download(key, media_type, size, _etag(photo, media_type))
    with local_copy(services.store, blob_keys.original(photo.sha256), services.staging) as (source, folder):
        copy = services.decoder.strip(source, folder)
        key = next(key for key, kind in _candidates(photo) if kind == copy.media_type)
        services.store.put(key, folder / copy.file, replace=True)
    return Download(key, copy.media_type, copy.bytes, _etag(photo, copy.media_type))


def _candidates(photo: PhotoRow) -> tuple[tuple[str, str], ...]:
    same, jpeg = blob_keys.downloads_of(photo.sha256)
    if photo.media_type == RE_ENCODED:
        return ((same, RE_ENCODED),)
    return (same, photo.media_type), (jpeg, RE_ENCODED)


def _etag(photo: PhotoRow, media_type: str) -> str:
    return f"{photo.sha256}-{blob_keys.DOWNLOADS_VERSION}{'j' if media_type != photo.media_type else ''}"
