"""Resumable uploads (tus): create, append chunks, complete as a photo.

The row holds the declared length and metadata; the staged file holds the received bytes, and its size is the
offset. A killed process loses only unwritten bytes, and its file lock ends with it (docs/decisions/0011).
"""

from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

from photos.accounts.quotas import require_quota
from photos.intake.forms import read_metadata
from photos.intake.partial import CheckedChunk, PartialFile, bytes_on_disk
from photos.intake.uploads import Stored, require_own_album, store_upload
from photos.kernel.services import Services
from photos.kernel.staging import partial_path, require_free, too_large
from photos.models import UploadRow
from vignette_shared.errors import NotAnImage, NotFound, TooLarge, UploadExpired, VignetteError, WrongOffset
from vignette_shared.ids import new_id

KEPT = timedelta(days=1)
"""How long an unfinished upload is kept from its creation: enough to resume on the next day."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of an upload; `stored` is set once it is a photo."""

    upload: UploadRow
    offset: int
    stored: Stored | None = None


def create_upload(services: Services, owner_id: str, length: int, described: str) -> Progress:
    """Create an upload of `length` bytes.

    If the metadata announces the SHA-256 of one of the owner's photos, `stored` names that photo, and the
    client may skip the transfer. A photo in the trash is not named: uploading its bytes restores it.

    Args:
        described: the header `Upload-Metadata`.

    Raises:
        BadRequest, ValidationFailed, BadLabel: as `read_metadata`.
        NotAnImage: the length is 0.
        TooLarge, QuotaExceeded, StorageFull: the file does not fit.
    """
    form = read_metadata(described)
    if length > services.limits.upload_bytes:
        raise too_large(services.limits.upload_bytes)
    # An empty upload would never get the request that completes it.
    if length == 0:
        raise NotAnImage("The file is empty.")
    require_free(services.staging, length, services.min_free_bytes)
    now = services.clock()
    upload = UploadRow(
        id=new_id(),
        owner_id=owner_id,
        length=length,
        described=described,
        duplicate=False,
        created_at=now,
        expires_at=now + KEPT,
    )
    with services.database.write() as uow:
        owner = uow.uploads.owner(owner_id, lock=True)
        duplicate = uow.photos.find_bytes(owner_id, form.sha256.lower()) if form.sha256 else None
        if duplicate is None:
            # Unfinished uploads count: otherwise many small starts could exceed the quota together.
            promised = uow.uploads.promised_bytes(owner_id, now)
            require_quota(uow, owner, length, services.limits.quota_bytes, promised=promised)
        require_own_album(uow, owner_id, form.album_id)
        uow.uploads.add(upload)
        visible = duplicate is not None and duplicate.deleted_at is None
        stored = Stored(duplicate.id, duplicate=True) if duplicate and visible else None
    return Progress(upload, 0, stored)


def get_progress(services: Services, owner_id: str, upload_id: str) -> Progress:
    """Return the state of an upload; the offset counts only bytes that are synced to disk.

    Raises:
        NotFound: the upload does not exist, or is not the caller's.
        UploadExpired: the upload has expired.
    """
    upload = _find(services, owner_id, upload_id)
    if stored := _stored(upload):
        return Progress(upload, upload.length, stored)
    return Progress(upload, bytes_on_disk(partial_path(services.staging, upload_id)))


def finish_upload(services: Services, owner_id: str, upload_id: str) -> Progress:
    """Store an upload that has all its bytes but is no photo yet.

    This happens when the request that sent the last bytes died before storing them. Without this function,
    the client would see a complete offset and never get its photo.

    Raises:
        NotFound, UploadExpired: as `get_progress`.
        UploadLocked: another request is storing it.
        VignetteError: as `store_upload`.
    """
    upload = _find(services, owner_id, upload_id)
    with ChunkReceiver(services, owner_id, upload_id, upload.length) as receiver:
        return receiver.finish()


def cancel_upload(services: Services, owner_id: str, upload_id: str) -> None:
    """Delete an upload and its bytes; a photo that it became stays.

    Raises:
        NotFound, UploadExpired: as `get_progress`.
        UploadLocked: another request is writing to it.
    """
    upload = _find(services, owner_id, upload_id)
    with PartialFile(services.staging, upload.id, min_free_bytes=0) as file:
        _drop(services, upload, file)


class ChunkReceiver:
    """Receives one chunk of an upload; holds the upload's lock until the `with` block ends.

    Args:
        offset: the byte at which the chunk starts.
        sha256: of the chunk; if given, its bytes count only once all of them match.

    Raises:
        NotFound, UploadExpired: as `get_progress`.
        UploadLocked: another request is writing to the upload.
        WrongOffset: the chunk does not start where the upload ends.
    """

    def __init__(
        self,
        services: Services,
        owner_id: str,
        upload_id: str,
        offset: int,
        sha256: bytes | None = None,
    ) -> None:
        self._services = services
        # Before the lock as well: opening the file would create one for an unknown upload.
        self._stored = _stored(_find(services, owner_id, upload_id))
        self._file = PartialFile(services.staging, upload_id, services.min_free_bytes)
        self._chunk: CheckedChunk | None = None
        try:
            # Read the row again under the lock: another request may have finished or cancelled the upload.
            self.upload = _find(services, owner_id, upload_id)
            self._stored = _stored(self.upload)
            self.offset = self.upload.length if self._stored else self._file.size
            if offset != self.offset:
                raise WrongOffset(f"The upload's offset is {self.offset}. Continue from there.")
            if sha256 is not None:
                self._chunk = CheckedChunk(self._file, sha256, services.min_free_bytes)
        except VignetteError as error:
            if self._stored or isinstance(error, NotFound | UploadExpired):
                self._file.remove()  # opening it has just created it
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._chunk is not None:
            self._chunk.close()
        if self._stored:
            self._file.remove()
        self._file.close()

    def expect(self, announced: int) -> None:
        """Refuse early if the chunk would exceed the declared length; raises `TooLarge`."""
        if self.offset + announced > self.upload.length:
            raise TooLarge(f"The upload was created with a length of {self.upload.length} bytes.")

    def write(self, data: bytes) -> None:
        """Append bytes; raises `TooLarge`, `StorageFull`, `StorageError`."""
        self.expect(len(data))
        (self._chunk or self._file).append(data)
        self.offset += len(data)

    def finish(self) -> Progress:
        """Sync the received bytes to disk; if the upload is complete, store it as a photo.

        If the photo is refused, the upload is deleted. If it can't be stored now, the upload is kept for a
        retry.

        Raises:
            ChunkMismatch: the checksum does not match; the chunk is discarded.
            VignetteError: as `store_upload`.
        """
        if self._chunk is not None:
            self._chunk.release()
        if self._stored is None and self.offset == self.upload.length:
            form = read_metadata(self.upload.described)
            try:
                self._stored = store_upload(
                    self._services, self.upload.owner_id, self._file.complete(), form, self.upload.id
                )
            except VignetteError as error:
                # The client can't fix a refused file by sending more bytes, so nothing is worth keeping.
                if error.status < 500:
                    _drop(self._services, self.upload, self._file)
                raise
        elif self._stored is None:
            self._file.flush()
        return Progress(self.upload, self.offset, self._stored)


def _find(services: Services, owner_id: str, upload_id: str) -> UploadRow:
    with services.database.read() as db:
        upload = db.uploads.find(upload_id)
    if upload is None or upload.owner_id != owner_id:
        raise NotFound("There is no such upload. Create a new one.")
    if upload.expires_at <= services.clock():
        raise UploadExpired("The upload has expired. Create a new one.")
    return upload


def _stored(upload: UploadRow) -> Stored | None:
    return Stored(upload.photo_id, upload.duplicate) if upload.photo_id is not None else None


def _drop(services: Services, upload: UploadRow, file: PartialFile) -> None:
    with services.database.write() as uow:
        uow.uploads.remove(upload.id)
    file.remove()
