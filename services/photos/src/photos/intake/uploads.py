"""Storing an upload as a photo: check, store the blob, record the row, then queue its rendering."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath

from photos.accounts.quotas import require_quota
from photos.albums.albums import add_to_album
from photos.decoding.jobs import Inspection
from photos.kernel import blob_keys
from photos.kernel.services import Services
from photos.kernel.staging import StagedFile
from photos.kernel.unit_of_work import Repositories, UnitOfWork
from photos.models import AlbumRow, PhotoRow, UserRow
from photos.pipeline.steps import queue_render, restore_from_trash
from photos.search.words import index_words
from photos.tags.decisions import add_initial_tags
from vignette_shared.contracts.api import Visibility
from vignette_shared.errors import ChecksumMismatch, ImageError, NotAnImage, ValidationFailed
from vignette_shared.ids import new_id

MAX_TITLE = 200
"""Characters."""
MAX_FILE_NAME = 255


@dataclass(frozen=True, slots=True)
class UploadForm:
    """The fields of an upload besides the file.

    Attributes:
        file_name: as sent by the client.
        visibility: None for the owner's default.
        tags: normalised labels.
        album_id: the owner's album to add the photo to.
        sha256: the hash that the client announced, in hex.
    """

    file_name: str = ""
    title: str = ""
    description: str = ""
    visibility: Visibility | None = None
    tags: tuple[str, ...] = ()
    album_id: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    photo_id: str
    duplicate: bool


def store_upload(
    services: Services, owner_id: str, file: StagedFile, form: UploadForm, upload_id: str | None = None
) -> Stored:
    """Store a staged file as the owner's photo, and complete the resumable upload `upload_id`.

    The blob is stored before the row: a crash in between leaves an orphaned blob, never a photo without its
    original. Bytes that the owner has already are a duplicate; a duplicate in the trash is restored.

    Raises:
        ChecksumMismatch: the SHA-256 differs from the announced one.
        QuotaExceeded: the file does not fit into the owner's quota.
        ValidationFailed: the album is not the owner's.
        ImageError: the file is not an image, or can't be decoded.
        StorageFull, StorageError, ServiceUnavailable: nothing was stored.
    """
    if form.sha256 is not None and form.sha256.lower() != file.sha256:
        raise ChecksumMismatch(f"The received bytes have the SHA-256 {file.sha256}. Send the file again.")
    key, inspection = blob_keys.original(file.sha256), None
    with services.database.read() as db:
        duplicate = db.photos.find_bytes(owner_id, file.sha256)
        if duplicate is None:
            require_quota(db, db.uploads.owner(owner_id), file.bytes, services.limits.quota_bytes)
        require_own_album(db, owner_id, form.album_id)
    # Outside the transaction: decoding and storing take seconds, and would hold up every other writer.
    if duplicate is None:
        inspection = _inspect(services, file)
        services.store.put(key, file.path)
    with services.database.write() as uow:
        uow.photos.lock_original(file.sha256)
        # The owner's row too: two concurrent uploads must not both take the last free bytes of the quota.
        owner = uow.uploads.owner(owner_id, lock=True)
        duplicate = uow.photos.find_bytes(owner_id, file.sha256)
        if duplicate is None:
            require_quota(uow, owner, file.bytes, services.limits.quota_bytes)
        # Again under the lock: deleting the last other photo of these bytes may have deleted the blob.
        if services.store.size(key) != file.bytes:
            services.store.put(key, file.path, replace=True)
        now = services.clock()
        if duplicate is not None:
            photo = duplicate
            restore_from_trash(uow, photo, now, services.model.input_side())
        else:
            # There is no inspection if the duplicate was deleted permanently since the first read.
            photo = _add_photo(uow, owner, file, form, inspection or _inspect(services, file), now)
        if album := require_own_album(uow, owner_id, form.album_id):
            add_to_album(uow, album, [photo.id], now)
        if upload_id is not None:
            uow.uploads.complete(upload_id, photo.id, duplicate=duplicate is not None)
        return Stored(photo.id, duplicate=duplicate is not None)


def check_quota(services: Services, owner_id: str, announced: int, sha256: str) -> None:
    """Refuse an upload early if its announced size exceeds the quota; `store_upload` checks again.

    Args:
        announced: bytes, as the client declares them.
        sha256: of the file, if the client declares it; a duplicate takes no further space.

    Raises:
        QuotaExceeded: the file does not fit into the owner's quota.
    """
    with services.database.read() as db:
        if db.photos.find_bytes(owner_id, sha256) is None:
            require_quota(db, db.uploads.owner(owner_id), announced, services.limits.quota_bytes)


def require_own_album(db: Repositories, owner_id: str, album_id: str | None) -> AlbumRow | None:
    """Return the owner's album, or None if `album_id` is None; raises `ValidationFailed`."""
    album = db.albums.find(album_id) if album_id is not None else None
    if album_id is not None and (album is None or album.owner_id != owner_id):
        problem = {"field": "album_id", "message": "You have no such album."}
        raise ValidationFailed("Check: album_id.", errors=[problem])
    return album


def base_name(name: str) -> str:
    """Return a file name without POSIX or Windows folders and without control characters."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    # A file name ends up in headers and logs, where control characters do harm.
    printable = "".join(character for character in last if character.isprintable()).strip()
    # The end of a long name, because it has the extension.
    return "" if printable in (".", "..") else printable[-MAX_FILE_NAME:]


def _inspect(services: Services, file: StagedFile) -> Inspection:
    """Decode the file once; an undecodable image is reported as `NotAnImage`, which the client can act on."""
    try:
        return services.decoder.inspect(file.path)
    except ImageError as error:
        if error.code != ImageError.code:
            raise
        # Only for `decode_failed`: the other codes, such as too many pixels, tell the client more.
        raise NotAnImage(error.detail) from error


def _add_photo(
    uow: UnitOfWork, owner: UserRow, file: StagedFile, form: UploadForm, inspection: Inspection, now: datetime
) -> PhotoRow:
    photo = _new_photo(owner, file, form, inspection, now)
    queue_render(uow, photo, now)
    uow.photos.add(photo)
    index_words(uow, photo)
    add_initial_tags(uow, photo, form.tags, now)
    return photo


def _new_photo(
    owner: UserRow, file: StagedFile, form: UploadForm, inspection: Inspection, now: datetime
) -> PhotoRow:
    file_name = base_name(form.file_name)
    return PhotoRow(
        id=new_id(now),
        owner_id=owner.id,
        sha256=file.sha256,
        media_type=inspection.media_type,
        bytes=file.bytes,
        file_name=file_name,
        title=form.title or PurePosixPath(file_name).stem[:MAX_TITLE],
        description=form.description,
        visibility=form.visibility or owner.default_visibility,
        status="pending",
        width=inspection.width,
        height=inspection.height,
        created_at=now,
        renditions={},
        attempts=0,
    )
