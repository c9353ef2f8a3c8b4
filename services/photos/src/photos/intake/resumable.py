"""Uploads that may break off: begun, gone on with from where they stand, and in the end a photo.

The row says what the upload is to be, the file in the staging folder what has arrived. A process that is
killed costs what it had not written yet; whoever comes next finds the rest, and the lock gone with it.
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
"""From an upload's beginning: time for a slow line and a night's sleep, and no longer on our disk."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an upload stands; `stored` once it is a photo."""

    upload: UploadRow
    offset: int
    stored: Stored | None = None


def begin(services: Services, owner_id: str, length: int, described: str) -> Progress:
    """Make an upload of `length` bytes; `stored` names the owner's photo of the bytes that it announces.

    It can be sent all the same. A photo in the trash is not named: sending its bytes brings it back.

    Args:
        described: the header `Upload-Metadata`.

    Raises:
        BadRequest, ValidationFailed, BadLabel: as `read_metadata`.
        NotAnImage: no bytes are no image.
        TooLarge, QuotaExceeded, StorageFull: there is no room for it.
    """
    form = read_metadata(described)
    if length > services.limits.upload_bytes:
        raise too_large(services.limits.upload_bytes)
    if length == 0:
        raise NotAnImage("The file is empty: choose a photo and send it again.")
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
        there = uow.photos.find_bytes(owner_id, form.sha256.lower()) if form.sha256 else None
        if there is None:
            promised = uow.uploads.promised_bytes(owner_id, now)
            require_quota(uow, owner, length, services.limits.quota_bytes, promised=promised)
        require_own_album(uow, owner_id, form.album_id)
        uow.uploads.add(upload)
        known = Stored(there.id, duplicate=True) if there and there.deleted_at is None else None
    return Progress(upload, 0, known)


def look(services: Services, owner_id: str, upload_id: str) -> Progress:
    """Tell where an upload stands; what is counted is on the disk.

    Raises:
        NotFound, UploadExpired: it is no longer, or not the caller's.
    """
    upload = _find(services, owner_id, upload_id)
    if stored := _stored(upload):
        return Progress(upload, upload.length, stored)
    return Progress(upload, bytes_on_disk(partial_path(services.staging, upload_id)))


def finish(services: Services, owner_id: str, upload_id: str) -> Progress:
    """Make a photo of an upload that has all its bytes: the request that brought the last ones died.

    Without it a client would see that all is there, be content, and never get its photo.

    Raises:
        NotFound, UploadExpired: as `look`.
        UploadLocked: it is just now becoming a photo.
        VignetteError: as `store_upload`.
    """
    upload = _find(services, owner_id, upload_id)
    with Receiving(services, owner_id, upload_id, upload.length) as receiving:
        return receiving.finish()


def cancel(services: Services, owner_id: str, upload_id: str) -> None:
    """Forget an upload and its bytes; a photo that it has become stays.

    Raises:
        NotFound, UploadExpired: as `look`.
        UploadLocked: a request is writing to it.
    """
    upload = _find(services, owner_id, upload_id)
    with PartialFile(services.staging, upload.id, min_free_bytes=0) as file:
        _drop(services, upload, file)


class Receiving:
    """A request that brings bytes: the upload's only one, until the `with` block ends.

    Args:
        offset: from which byte the client goes on.
        sha256: of the bytes that this request brings; none of them counts before they are all there.

    Raises:
        NotFound, UploadExpired: as `look`.
        UploadLocked: another request is at it.
        WrongOffset: the upload stands elsewhere.
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
        self._stored = _stored(_find(services, owner_id, upload_id))
        self._file = PartialFile(services.staging, upload_id, services.min_free_bytes)
        self._chunk: CheckedChunk | None = None
        try:
            # Once more, now that nobody else is at it: it may have been finished or cancelled meanwhile.
            self.upload = _find(services, owner_id, upload_id)
            self._stored = _stored(self.upload)
            self.offset = self.upload.length if self._stored else self._file.size
            if offset != self.offset:
                raise WrongOffset(f"The upload stands at byte {self.offset}: go on from there.")
            if sha256 is not None:
                self._chunk = CheckedChunk(self._file, sha256, services.min_free_bytes)
        except VignetteError as error:
            if self._stored or isinstance(error, NotFound | UploadExpired):
                self._file.remove()  # which we have just made
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
        """Refuse early what is announced to be more than the upload was to have."""
        if self.offset + announced > self.upload.length:
            raise TooLarge(f"The upload was to have {self.upload.length} bytes, and these are more.")

    def write(self, data: bytes) -> None:
        """Take the next bytes; raises `TooLarge`, `StorageFull`, `StorageError`."""
        self.expect(len(data))
        (self._chunk or self._file).append(data)
        self.offset += len(data)

    def finish(self) -> Progress:
        """End the request: what arrived is on the disk, and when that is all of it, it is a photo.

        A picture that isn't taken takes its upload with it; one that can't be stored now keeps it, to be
        asked for again.

        Raises:
            ChunkMismatch: the bytes are not those of the checksum, and none of them counts.
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
        raise NotFound("There is no such upload: begin a new one.")
    if upload.expires_at <= services.clock():
        raise UploadExpired("The upload lay unfinished for too long: begin a new one.")
    return upload


def _stored(upload: UploadRow) -> Stored | None:
    return Stored(upload.photo_id, upload.duplicate) if upload.photo_id is not None else None


def _drop(services: Services, upload: UploadRow, file: PartialFile) -> None:
    with services.database.write() as uow:
        uow.uploads.remove(upload.id)
    file.remove()
