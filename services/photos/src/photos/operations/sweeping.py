"""What uploads and removals left behind goes: bytes without an upload, blobs without a photo.

Gently: each pass looks at some hundred entries and goes on where the one before ended: with a million blobs
a pass costs no more than with a thousand. A day passes first, which no living request needs.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from photos.intake.partial import PartialFile
from photos.kernel import blob_keys
from photos.kernel.services import Services
from photos.kernel.staging import PARTIAL, remove_abandoned
from vignette_shared.errors import UploadLocked
from vignette_shared.observability.logs import get_logger
from vignette_shared.storage import BlobStore

log = get_logger(__name__)
BATCH = 500
"""Entries a pass and folder."""
ORPHANED_AFTER = timedelta(days=1)
EXPIRED_KEPT = timedelta(days=7)
"""How long a client still hears that its upload expired, and not that there never was one."""
_SHA256 = re.compile("[0-9a-f]{64}")


class BlobWalk:
    """Goes through a folder of the store, some blobs at a time, and begins again at the end."""

    def __init__(self, store: BlobStore, folder: str) -> None:
        self._store = store
        self._folder = folder
        self._rest: Iterator[tuple[str, datetime]] | None = None

    def take(self, count: int) -> Iterator[tuple[str, datetime]]:
        """Yield the next keys and when they were written, at most `count`; raises `StorageError`."""
        rest = self._rest or self._store.list_entries(self._folder)
        self._rest = None  # begun anew when the listing fails
        for _ in range(count):
            entry = next(rest, None)
            if entry is None:
                return
            yield entry
        self._rest = rest


class Sweeper:
    """Makes passes; remembers between two of them how far it is, so each process keeps one."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
        self._store = services.store
        self._staging = services.staging
        self._clock = services.clock
        self._originals = BlobWalk(services.store, blob_keys.ORIGINALS)
        self._renditions = BlobWalk(services.store, blob_keys.RENDITIONS)
        self._downloads = BlobWalk(services.store, blob_keys.DOWNLOADS)

    def make_pass(self, batch: int = BATCH) -> None:
        """Sweep each place; raises `StorageError`, `ServiceUnavailable`."""
        now = self._clock()
        self._sweep_uploads(now, batch)
        self._sweep_originals(now - ORPHANED_AFTER, batch)
        self._sweep_renditions(now - ORPHANED_AFTER, batch)
        self._sweep_downloads(now - ORPHANED_AFTER, batch)

    def _sweep_uploads(self, now: datetime, batch: int) -> None:
        try:
            remove_abandoned(self._staging, now)
        except OSError as error:
            log.warning("staging_not_swept", reason=error.strerror)
        files = {path.name.removeprefix(PARTIAL): path for path in self._staging.glob(f"{PARTIAL}*")}
        ids = [upload_id for upload_id in files if _is_id(upload_id)]
        for start in range(0, len(ids), batch):
            some = ids[start : start + batch]
            with self._database.read() as db:
                active = db.uploads.active(some, now)
            for upload_id in some:
                # An upload without a row was cancelled, or its account removed; its age allows for clocks.
                if not active.get(upload_id, not _older(files[upload_id], now - ORPHANED_AFTER)):
                    self._remove_file(upload_id)
        with self._database.write() as uow:
            uow.uploads.remove_expired(now - EXPIRED_KEPT, batch)

    def _remove_file(self, upload_id: str) -> None:
        try:
            with PartialFile(self._staging, upload_id, min_free_bytes=0) as file:
                file.remove()
        except UploadLocked:
            return  # a request that began in time is still bringing its bytes
        log.info("upload_swept", upload_id=upload_id)

    def _sweep_originals(self, before: datetime, batch: int) -> None:
        found = (key.rpartition("/")[2] for key, written in self._originals.take(batch) if written < before)
        hashes = {name for name in found if _SHA256.fullmatch(name)}
        if not hashes:
            return
        with self._database.read() as db:
            unclaimed = hashes - db.uploads.known_originals(hashes)
        for sha256 in unclaimed:
            with self._database.write() as uow:
                # An upload of the same bytes looks again for the blob under this very lock.
                uow.photos.lock_original(sha256)
                if uow.photos.references(sha256) == 0:
                    self._store.delete(blob_keys.original(sha256))
                    log.info("original_swept", sha256=sha256)

    def _sweep_renditions(self, before: datetime, batch: int) -> None:
        keys: dict[str, list[str]] = {}
        for key, written in self._renditions.take(batch):
            photo_id = key.split("/")[1]
            if written < before and _is_id(photo_id):
                keys.setdefault(photo_id, []).append(key)
        if not keys:
            return
        with self._database.read() as db:
            known = db.uploads.known_photos(keys)
        # An id never comes back, so there is nothing to lock.
        for photo_id in keys.keys() - known:
            for key in keys[photo_id]:
                self._store.delete(key)
            log.info("renditions_swept", photo_id=photo_id)

    def _sweep_downloads(self, before: datetime, batch: int) -> None:
        """Remove copies that were made while the last photo of their original was being removed."""
        keys = {
            key.rpartition("/")[2].partition(".")[0]: key
            for key, written in self._downloads.take(batch)
            if written < before
        }
        with self._database.read() as db:
            known = db.uploads.known_originals(keys)
        for sha256 in keys.keys() - known:
            # Made anew when someone asks again, so there is nothing to lock.
            self._store.delete(keys[sha256])
            log.info("download_swept", sha256=sha256)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _older(path: Path, moment: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False
