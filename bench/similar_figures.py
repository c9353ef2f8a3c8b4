"""Similar photos with pgvector: recall, and how the time grows with ten times as many photos.

The quality page speaks of 1,000,000 over 10,000; an index over a million takes hours to build and 8 GB, so
that the figure here is of `MANY` over `FEW`.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, text
from tests.support.photos.published import BACKBONE
from tests.support.photos.service import PhotosService, build_service
from tests.support.postgres import PostgresServer, pgvector_programs

from photos.models import EmbeddingRow, PhotoRow
from photos.similarity.repository.vectors import HNSW

FEW, MANY = 2_000, 20_000
FEATURES = 2048
ASKED = 50
NEIGHBOURS = 20
BATCH = 500


def measure() -> dict[str, float]:
    """Return the figures by key; none without a Postgres that has pgvector."""
    if pgvector_programs() is None:
        return {}
    few, many = (_measure(count) for count in (FEW, MANY))
    return {
        "similar_recall": many["recall"],
        "similar_growth": many["p50_s"] / few["p50_s"],
        "similar_p50_ms": many["p50_s"] * 1000,
    }


def _measure(count: int) -> dict[str, float]:
    rows = _embeddings(count)
    with _filled_service(rows) as service, service.services.database.read() as db:
        asked = [db.embeddings.newest(_id(i)) for i in range(0, count, count // ASKED)]
        found, seconds = [], []
        for each in asked * 2:  # the first round warms up
            assert each is not None
            started = time.perf_counter()
            found.append(service.services.nearest.nearest(db, each, None, NEIGHBOURS))
            seconds.append(time.perf_counter() - started)
    units = rows.astype(np.float32)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    hits = 0
    for each, answer in zip(asked, found, strict=False):
        assert each is not None
        number = UUID(each.photo_id).int - 1
        # One more, because a photo is its own nearest neighbour.
        best = np.argsort(-(units @ units[number]))[: NEIGHBOURS + 1]
        hits += len({_id(int(i)) for i in best if i != number} & {photo_id for photo_id, _ in answer})
    return {
        "recall": hits / (NEIGHBOURS * len(asked)),
        "p50_s": statistics.median(seconds[len(asked) :]),
    }


def _embeddings(count: int) -> NDArray[np.float16]:
    """Return clustered, non-negative vectors like those of photos, float16[count, 2048]."""
    rng = np.random.default_rng(0)
    centres = rng.gamma(0.3, 1.0, (count // 50, FEATURES))
    noise = rng.gamma(0.3, 0.6, (count, FEATURES))
    return (centres[rng.integers(0, len(centres), count)] + noise).astype("<f2")


def _id(number: int) -> str:
    return str(UUID(int=number + 1))


@contextmanager
def _filled_service(rows: NDArray[np.float16]) -> Iterator[PhotosService]:
    programs = pgvector_programs()
    assert programs is not None
    server = PostgresServer(programs)
    server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="vignette-bench-") as folder:
            service = build_service(Path(folder), server.url("vignette_bench"))
            owner = service.join("bench").user_id
            engine = service.services.database.engine
            with engine.begin() as connection:
                # Built at once instead of row by row: the same index in a fraction of the time.
                connection.execute(text("DROP INDEX ix_embedding_vectors_hnsw"))
                _fill(connection, service, owner or "", rows)
            service.services.nearest.catch_up(service.services.database)
            with engine.begin() as connection:
                # Building is much faster while the graph fits in memory.
                connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
                connection.execute(text(HNSW))
                connection.execute(text("ANALYZE"))
            yield service
            engine.dispose()
    finally:
        server.stop()


def _fill(connection: Connection, service: PhotosService, owner_id: str, rows: NDArray[np.float16]) -> None:
    now = service.clock()
    facts = {"owner_id": owner_id, "media_type": "image/jpeg", "bytes": 1, "file_name": "x", "title": ""}
    facts |= {"visibility": "public", "status": "tagged", "width": 1, "height": 1, "created_at": now}
    for start in range(0, len(rows), BATCH):
        ids = [_id(i) for i in range(start, min(start + BATCH, len(rows)))]
        connection.execute(
            insert(PhotoRow), [{"id": each, "sha256": f"{each:0>64}", **facts} for each in ids]
        )
        connection.execute(
            insert(EmbeddingRow),
            [
                {"photo_id": each, "backbone": BACKBONE, "vector": row.tobytes(), "created_at": now}
                for each, row in zip(ids, rows[start : start + BATCH], strict=True)
            ],
        )
