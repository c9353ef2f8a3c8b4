"""Originals for others: copies without location and maker notes, made when first asked for."""

from dataclasses import dataclass
from pathlib import Path

from photos.decoding.pool import Decoder
from photos.intake.uploads import original_key
from photos.kernel.staging import local_copy
from photos.models import PhotoRow
from vignette_shared.storage import BlobStore

FOLDER = "downloads/1"
"""The number is that of the way they are made: another way makes another copy, with another ETag."""
RE_ENCODED = "image/jpeg"


@dataclass(frozen=True, slots=True)
class DownloadParts:
    """What making a copy needs; `staging` is a local folder."""

    store: BlobStore
    decoder: Decoder
    staging: Path


@dataclass(frozen=True, slots=True)
class Download:
    """A blob to send; `etag` unquoted."""

    key: str
    media_type: str
    bytes: int
    etag: str


def find_download(parts: DownloadParts, photo: PhotoRow) -> Download:
    """Return the copy of a photo's original for others, made now if nobody asked for it before.

    Two who ask at once make it twice, and store the same bytes.

    Raises:
        ImageError: the file can't be read any more.
        StorageError, StorageFull, ServiceUnavailable: to be tried again.
    """
    for key, media_type in _candidates(photo):
        if (size := parts.store.size(key)) is not None:
            return Download(key, media_type, size, _etag(photo, media_type))
    with local_copy(parts.store, original_key(photo.sha256), parts.staging) as (source, folder):
        copy = parts.decoder.strip(source, folder)
        key = next(key for key, kind in _candidates(photo) if kind == copy.media_type)
        parts.store.put(key, folder / copy.file, replace=True)
    return Download(key, copy.media_type, copy.bytes, _etag(photo, copy.media_type))


def download_keys(sha256: str) -> tuple[str, str]:
    """Return where the copy of an original may lie: in its own format, or as a JPEG."""
    key = f"{FOLDER}/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    return key, f"{key}.jpg"


def _candidates(photo: PhotoRow) -> tuple[tuple[str, str], ...]:
    same, jpeg = download_keys(photo.sha256)
    if photo.media_type == RE_ENCODED:
        return ((same, RE_ENCODED),)
    return (same, photo.media_type), (jpeg, RE_ENCODED)


def _etag(photo: PhotoRow, media_type: str) -> str:
    return f"{photo.sha256}-{FOLDER[-1]}{'j' if media_type != photo.media_type else ''}"
