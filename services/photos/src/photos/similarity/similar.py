"""Similar photos, by the cosine of their embeddings."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, islice, repeat
from pathlib import Path

from photos.kernel.access import find_visible
from photos.kernel.embedding import Embedding
from photos.kernel.ports import Ranked
from photos.kernel.presenting import present_all
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Database, Repositories
from photos.similarity.matrix import EmbeddingMatrix, matrices, remove_matrix
from photos.similarity.repository.embeddings import BATCH
from vignette_shared.contracts.api import SimilarPhoto, SimilarPhotos
from vignette_shared.contracts.identity import Identity
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)
OVERLAP = timedelta(minutes=5)
"""How far back an index looks for late embeddings: clocks differ, and transactions commit out of order."""
ASKED = (64, 256, 1024, 4096)
"""Candidates per visibility query, growing each time too few of them are listed."""
FEW = 20_000
"""Up to this many listed photos, ranking only those is faster than walking the whole ranking."""
DIGITS = 4


def list_similar(services: Services, photo_id: str, caller: Identity, limit: int) -> SimilarPhotos:
    """Return the listed photos most similar to a photo; none while it has no embedding.

    Raises:
        NotFound: the photo does not exist, or the caller may not see it.
        StorageError: the index can't be read.
    """
    viewer_id = caller.user_id
    with services.database.read() as db:
        find_visible(db, photo_id, viewer_id, admin=caller.is_admin)
        query = db.embeddings.newest(photo_id)
        if query is None:
            return SimilarPhotos(items=[])
        ranked = services.nearest.nearest(db, query, viewer_id, limit)
        rows = db.feed.by_id([other for other, _ in ranked])
        cosines = {other: cosine for other, cosine in ranked if other in rows}
        photos = present_all(db, [rows[other] for other in cosines], viewer_id)
    items = [
        SimilarPhoto(photo=photo, similarity=round(min(1.0, cosine), DIGITS))
        for photo, cosine in zip(photos, cosines.values(), strict=True)
    ]
    return SimilarPhotos(items=items)


class ExactScan:
    """A `NearestPhotos` that compares with every embedding, in matrices in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        # Separate from `_lock`: reading new embeddings must not block searches of other backbones.
        self._taking_in = threading.Lock()
        self._matrices: dict[str, EmbeddingMatrix] = {}

    def nearest(self, db: Repositories, query: Embedding, viewer_id: str | None, limit: int) -> Ranked:
        matrix = self._matrix(query.backbone, len(query.vector) // 2)
        self._take_in_newest(db, matrix)
        others = (pair for pair in matrix.ranked(query.vector) if pair[0] != query.photo_id)
        ranked: Ranked = []
        # The ranking covers all photos, so walking it until enough are listed equals filtering first.
        for size in chain(ASKED, repeat(ASKED[-1])):
            some = dict(islice(others, size))
            listed = db.embeddings.listed_among([*some], viewer_id)
            ranked += [(photo_id, cosine) for photo_id, cosine in some.items() if photo_id in listed]
            if len(ranked) >= limit or len(some) < size:
                break
            # Few of the first 1,344 are listed, as for a viewer with few listed photos: rank only those.
            if size == ASKED[-2] and (few := db.embeddings.listed(viewer_id, FEW)) is not None:
                ranked = list(islice(matrix.ranked(query.vector, few - {query.photo_id}), limit))
                break
        return ranked[:limit]

    # Compare counts and times before reading vectors: most passes find nothing to do.
    def catch_up(self, database: Database) -> None:
        with database.read() as db:
            backbones = db.embeddings.backbones()
            for backbone in backbones:
                self._compare(db, backbone)
        for backbone in set(matrices(self._folder)) - set(backbones):
            remove_matrix(self._folder, backbone)
            self._matrices.pop(backbone, None)

    def _compare(self, db: Repositories, backbone: str) -> None:
        """Insert the embeddings that the matrix lacks, and delete those that are no longer in the table."""
        features = db.embeddings.features(backbone)
        matrix = self._matrix(backbone, features)
        if db.embeddings.state(backbone) == matrix.state():
            return
        wanted, current = db.embeddings.recorded_since(backbone, None), matrix.known()
        matrix.forget(current.keys() - wanted.keys())
        _absorb(db, matrix, [photo for photo, moment in wanted.items() if current.get(photo) != moment])

    def _take_in_newest(self, db: Repositories, matrix: EmbeddingMatrix) -> None:
        with self._taking_in:  # concurrent searches read the table once
            newest = matrix.newest()
            since = newest - OVERLAP if newest is not None else None
            recent = db.embeddings.recorded_since(matrix.backbone, since)
            current = matrix.known(since) if recent else {}
            _absorb(db, matrix, [photo for photo, moment in recent.items() if current.get(photo) != moment])

    def _matrix(self, backbone: str, features: int) -> EmbeddingMatrix:
        with self._lock:
            if backbone not in self._matrices:
                self._matrices[backbone] = EmbeddingMatrix(self._folder, backbone, features)
            return self._matrices[backbone]


class PgVector:
    """A `NearestPhotos` that uses pgvector's index in Postgres."""

    def __init__(self) -> None:
        self._complete = False

    def nearest(self, db: Repositories, query: Embedding, viewer_id: str | None, limit: int) -> Ranked:
        ranked = db.vectors.nearest(query, viewer_id, limit)
        if len(ranked) == limit:
            return ranked
        # The index scan is bounded; if it ranked too few, few photos are listed, and an exact scan is fast.
        return db.vectors.nearest(query, viewer_id, limit, exactly=True)

    def catch_up(self, database: Database) -> None:
        since = None
        with database.read() as db:
            if self._complete and (newest := db.vectors.newest()) is not None:
                since = newest - OVERLAP
        while True:
            with database.write() as uow:
                missing = uow.vectors.missing(since, BATCH)
                for backbone in {backbone for _, backbone in missing}:
                    photos = [photo for photo, of in missing if of == backbone]
                    uow.vectors.put(uow.embeddings.read(backbone, photos))
            if len(missing) < BATCH:
                break
        self._complete = True


def _absorb(db: Repositories, matrix: EmbeddingMatrix, photo_ids: list[str]) -> None:
    for some in _batches(photo_ids):
        matrix.absorb(db.embeddings.read(matrix.backbone, some))


def _batches(photo_ids: list[str]) -> Iterator[list[str]]:
    """Yield batches of a few thousand: a search waits for at most one of them."""
    size = 8 * BATCH
    for start in range(0, len(photo_ids), size):
        yield photo_ids[start : start + size]
