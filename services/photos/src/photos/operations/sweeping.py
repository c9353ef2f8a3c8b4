"""The sweeper: removes staged files without an upload and blobs without a photo.

Each pass examines a batch of entries and continues where the previous one ended: a pass costs the
same with a thousand blobs as with a million. Entries younger than a day are left alone: a running request may
still need them.
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
"""Entries per pass and folder."""
ORPHANED_AFTER = timedelta(days=1)
EXPIRED_KEPT = timedelta(days=7)
"""How long an expired upload answers 410 instead of 404."""
_SHA256 = re.compile("[0-9a-f]{64}")


class BlobWalk:
    """Iterates over a folder of the store in batches, starting over at the end."""

    def __init__(self, store: BlobStore, folder: str) -> None:
        self._store = store
        self._folder = folder
        self._rest: Iterator[tuple[str, datetime]] | None = None

    def take(self, count: int) -> Iterator[tuple[str, datetime]]:
        """Yield up to `count` further keys with their modification times; raises `StorageError`."""
        # A generator over a listing, so a folder with a million blobs is never held in memory.
        rest = self._rest or self._store.list_entries(self._folder)
        self._rest = None  # start over if the listing fails
        for _ in range(count):
            entry = next(rest, None)
            if entry is None:
                return
            yield entry
        self._rest = rest


class Sweeper:
    """Sweeps batch by batch; it keeps its position between passes, so a process keeps one instance."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
        self._store = services.store
        self._staging = services.staging
        self._clock = services.clock
        self._originals = BlobWalk(services.store, blob_keys.ORIGINALS)
        self._renditions = BlobWalk(services.store, blob_keys.RENDITIONS)
        self._downloads = BlobWalk(services.store, blob_keys.DOWNLOADS)

    def make_pass(self, batch: int = BATCH) -> None:
        """Sweep one batch of each folder; raises `StorageError`, `ServiceUnavailable`."""
        now = self._clock()
        self._sweep_uploads(now, batch)
        self._sweep_originals(now - ORPHANED_AFTER, batch)
        self._sweep_renditions(now - ORPHANED_AFTER, batch)
        self._sweep_downloads(now - ORPHANED_AFTER, batch)

    def _sweep_uploads(self, now: datetime, batch: int) -> None:
        try:
            remove_abandoned(self._staging, now)
        except OSError as error:
            log.warning("staging_sweep_failed", reason=error.strerror)
        files = {path.name.removeprefix(PARTIAL): path for path in self._staging.glob(f"{PARTIAL}*")}
        ids = [upload_id for upload_id in files if _is_id(upload_id)]
        for start in range(0, len(ids), batch):
            some = ids[start : start + batch]
            with self._database.read() as db:
                active = db.uploads.active(some, now)
            for upload_id in some:
                # A file without a row belongs to a cancelled upload or a deleted account, or to an upload
                # that is just being created; its age decides.
                if not active.get(upload_id, not _older(files[upload_id], now - ORPHANED_AFTER)):
                    self._remove_file(upload_id)
        with self._database.write() as uow:
            uow.uploads.remove_expired(now - EXPIRED_KEPT, batch)

    def _remove_file(self, upload_id: str) -> None:
        try:
            with PartialFile(self._staging, upload_id, min_free_bytes=0) as file:
                file.remove()
        except UploadLocked:
            return  # a request that started before the expiry is still writing
        log.info("upload_removed", upload_id=upload_id)

    def _sweep_originals(self, before: datetime, batch: int) -> None:
        names = (key.rpartition("/")[2] for key, written in self._originals.take(batch) if written < before)
        hashes = {name for name in names if _SHA256.fullmatch(name)}
        if not hashes:
            return
        with self._database.read() as db:
            unclaimed = hashes - db.uploads.known_originals(hashes)
        for sha256 in unclaimed:
            with self._database.write() as uow:
                # An upload of the same bytes checks for the blob under the same lock.
                uow.photos.lock_original(sha256)
                if uow.photos.references(sha256) == 0:
                    self._store.delete(blob_keys.original(sha256))
                    log.info("orphaned_original_removed", sha256=sha256)

    def _sweep_renditions(self, before: datetime, batch: int) -> None:
        keys: dict[str, list[str]] = {}
        for key, written in self._renditions.take(batch):
            photo_id = key.split("/")[1]
            if written < before and _is_id(photo_id):
                keys.setdefault(photo_id, []).append(key)
        if not keys:
            return
        with self._database.read() as db:
            existing = db.uploads.known_photos(keys)
        # Ids are never reused, so no lock is needed.
        for photo_id in keys.keys() - existing:
            for key in keys[photo_id]:
                self._store.delete(key)
            log.info("orphaned_renditions_removed", photo_id=photo_id)

    def _sweep_downloads(self, before: datetime, batch: int) -> None:
        """Delete stripped copies that were made while the last photo of their original was deleted."""
        keys = {
            key.rpartition("/")[2].partition(".")[0]: key
            for key, written in self._downloads.take(batch)
            if written < before
        }
        with self._database.read() as db:
            existing = db.uploads.known_originals(keys)
        for sha256 in keys.keys() - existing:
            # A copy is made again on the next request, so no lock is needed.
            self._store.delete(keys[sha256])
            log.info("orphaned_download_removed", sha256=sha256)


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
