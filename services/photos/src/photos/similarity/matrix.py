"""One backbone's embeddings as a memory-mapped matrix in a file, for exact nearest-neighbour search.

The matrix is a copy of the table `embeddings`: `absorb` and `forget` bring it up to date, and deleting its
folder costs only the time to fill it again. docs/decisions/0014 compares it with NumPy and sqlite-vec.

There are two files per backbone: `<backbone>.f16` holds a row of float16 values per slot, `<backbone>.ids` a
header, then photo and time per slot. A slot is claimed after its row is synced to disk, and freed before its
row is wiped: a crash leaves free slots but never wrong ones. Processes share the files: a search
holds a shared lock; a change holds an exclusive one and increments the generation in the header.
"""

import fcntl
import mmap
import os
import struct
import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from pathlib import Path
from uuid import UUID

from photos.kernel.embedding import Embedding
from photos.similarity.cosines import cosine_distances, has_direction
from vignette_shared.errors import StorageError
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

HEADER = struct.Struct("<8s8sQ")
"""The magic, a random stamp of the file's creation, and the generation."""
MAGIC = b"vgnids01"
ENTRY = struct.Struct("<16sq")
"""The photo's UUID and the embedding's time in microseconds since 1970; all zero for a free slot."""
FREE = bytes(16)
FIRST = 512
"""Rows that are sorted at first; all of them only if the caller reads further."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class _Slots:
    """The content of the `.ids` file with `stamp` at `generation`: raw entries and the newest time."""

    stamp: bytes = b""
    generation: int = 0
    entries: bytes = b""
    newest: int = 0
    free: frozenset[int] = frozenset()
    _since: tuple[int, dict[str, datetime]] | None = None

    def __len__(self) -> int:
        return len(self.entries) // ENTRY.size

    def photo_id(self, slot: int) -> str:
        start = slot * ENTRY.size
        return str(UUID(bytes=self.entries[start : start + 16]))

    def taken(self) -> Iterator[tuple[int, bytes, int]]:
        """Yield slot, photo and time of occupied slots."""
        for slot, (photo, moment) in enumerate(ENTRY.iter_unpack(self.entries)):
            if photo != FREE:
                yield slot, photo, moment

    def occupied(self) -> Sequence[int]:
        """Return the occupied slots."""
        every = range(len(self))
        return [slot for slot in every if slot not in self.free] if self.free else every

    def since(self, micros: int) -> dict[str, datetime]:
        """Return the photos embedded at or after a time; the last result is cached for the next search."""
        kept = self._since
        if kept is None or kept[0] != micros:
            photos = {str(UUID(bytes=id_)): _moment(at) for _, id_, at in self.taken() if at >= micros}
            self._since = kept = (micros, photos)
        return kept[1]


@dataclass
class EmbeddingMatrix:
    """The rows of one backbone, `features` float16 values each; safe for threads and processes."""

    folder: Path
    backbone: str
    features: int
    _slots: _Slots = field(default_factory=_Slots)
    _map: mmap.mmap | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def stride(self) -> int:
        """Bytes per row."""
        return 2 * self.features

    def newest(self) -> datetime | None:
        """Return the time of the newest embedding, or None if the matrix is empty."""
        with self._opened(fcntl.LOCK_SH):
            return _moment(self._slots.newest) if self._slots.newest else None

    def state(self) -> tuple[int, datetime | None]:
        """Return the number of embeddings and the time of the newest."""
        with self._opened(fcntl.LOCK_SH):
            slots = self._slots
        return len(slots.occupied()), _moment(slots.newest) if slots.newest else None

    def known(self, since: datetime | None = None) -> dict[str, datetime]:
        """Return the photos with embeddings from `since` on, with their times."""
        least = 0 if since is None else _micros(since)
        with self._opened(fcntl.LOCK_SH):
            return self._slots.since(least)

    # Rows are written and synced before their entries, see the module's docstring.
    def absorb(self, rows: Iterable[Embedding]) -> int:
        """Insert rows, replacing older ones of the same photos; return how many."""
        with self._opened(fcntl.LOCK_EX) as (ids, vectors):
            places = {photo: slot for slot, photo, _ in self._slots.taken()}
            free = list(self._slots.free)
            end, entries = len(self._slots), {}
            for row in rows:
                if len(row.vector) != self.stride:
                    log.warning("embedding_of_wrong_size", photo_id=row.photo_id, bytes=len(row.vector))
                    continue
                photo = UUID(row.photo_id).bytes
                slot = places.get(photo)
                if slot is None:
                    slot = free.pop() if free else end
                    end = max(end, slot + 1)
                    places[photo] = slot
                vector = row.vector if has_direction(row.vector) else bytes(self.stride)
                os.pwrite(vectors, vector, slot * self.stride)
                entries[slot] = ENTRY.pack(photo, _micros(row.created_at))
            if entries:
                os.fdatasync(vectors)
                self._write_entries(ids, entries)
            return len(entries)

    def forget(self, photo_ids: Iterable[str]) -> int:
        """Delete the rows of photos; return how many existed."""
        gone = {UUID(photo_id).bytes for photo_id in photo_ids}
        with self._opened(fcntl.LOCK_EX) as (ids, vectors):
            slots = [slot for slot, photo, _ in self._slots.taken() if photo in gone]
            if slots:
                self._write_entries(ids, dict.fromkeys(slots, bytes(ENTRY.size)))
                for slot in slots:
                    os.pwrite(vectors, bytes(self.stride), slot * self.stride)
                os.fdatasync(vectors)
            return len(slots)

    def ranked(self, vector: bytes, only: Set[str] | None = None) -> Iterator[tuple[str, float]]:
        """Yield all photos, or those in `only`, with their cosine to `vector`, nearest first.

        The scan is complete when the first pair is yielded. Rows without a direction are skipped.
        """
        if not has_direction(vector):
            return
        with self._opened(fcntl.LOCK_SH) as (_, vectors):
            slots = self._slots
            distances = self._distances(vectors, len(slots), vector)
        candidates = slots.occupied()
        if only is not None:
            wanted = {UUID(photo_id).bytes for photo_id in only}
            candidates = [slot for slot, photo, _ in slots.taken() if photo in wanted]
        key = distances.__getitem__
        first = nsmallest(FIRST, candidates, key=key)
        yield from ((slots.photo_id(slot), 1 - distances[slot]) for slot in first)
        if len(candidates) > FIRST:
            rest = sorted(candidates, key=key)[FIRST:]
            yield from ((slots.photo_id(slot), 1 - distances[slot]) for slot in rest)

    def _distances(self, vectors: int, count: int, vector: bytes) -> "array[float]":
        if count == 0:
            return array("d")
        rows = memoryview(self._mapped(vectors, count))[: count * self.stride]
        return cosine_distances(vector, rows, self.features)

    def _mapped(self, vectors: int, count: int) -> mmap.mmap:
        """Map the file, or reuse the mapping of the last search if it covers as many rows."""
        length = count * self.stride
        with self._lock:
            if self._map is None or len(self._map) < length:
                self._map = mmap.mmap(vectors, os.fstat(vectors).st_size, access=mmap.ACCESS_READ)
            return self._map

    @contextmanager
    def _opened(self, how: int) -> Iterator[tuple[int, int]]:
        """Open and lock both files and refresh the slots; raises `StorageError`."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ids = os.open(self.folder / f"{self.backbone}.ids", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(ids, how)
                vectors = os.open(self.folder / f"{self.backbone}.f16", os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    self._look(ids, os.fstat(vectors).st_size)
                    yield ids, vectors
                finally:
                    os.close(vectors)
            finally:
                os.close(ids)  # closing releases the lock
        except OSError as error:
            raise StorageError(f"The folder {self.folder} failed: {error.strerror}.") from error

    def _look(self, ids: int, vector_bytes: int) -> None:
        header = os.pread(ids, HEADER.size, 0)
        magic, stamp, generation = HEADER.unpack(header) if len(header) == HEADER.size else (b"", b"", 0)
        if magic != MAGIC:  # a new file, or one from another release
            self._slots = _Slots()
            return
        if (stamp, generation) == (self._slots.stamp, self._slots.generation):
            return
        if stamp != self._slots.stamp:
            self._map = None
        body = os.pread(ids, os.fstat(ids).st_size - HEADER.size, HEADER.size)
        count = min(len(body) // ENTRY.size, vector_bytes // self.stride)
        slots = _Slots(stamp, generation, body[: count * ENTRY.size])
        taken = {slot: moment for slot, _, moment in slots.taken()}
        slots.newest = max(taken.values(), default=0)
        slots.free = frozenset(range(count)) - taken.keys()
        self._slots = slots

    def _write_entries(self, ids: int, entries: dict[int, bytes]) -> None:
        """Write entries and increment the generation, after truncating a file of another release."""
        if not self._slots.stamp:
            os.ftruncate(ids, 0)
        stamp = self._slots.stamp or os.urandom(8)
        for slot, entry in entries.items():
            os.pwrite(ids, entry, HEADER.size + slot * ENTRY.size)
        os.pwrite(ids, HEADER.pack(MAGIC, stamp, self._slots.generation + 1), 0)
        os.fdatasync(ids)


def matrices(folder: Path) -> Sequence[str]:
    """Return the backbones that have a matrix in `folder`."""
    return sorted(path.stem for path in folder.glob("*.ids"))


def remove_matrix(folder: Path, backbone: str) -> None:
    for suffix in ("ids", "f16"):
        (folder / f"{backbone}.{suffix}").unlink(missing_ok=True)


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
