"""pgvector finds the same similar photos as the exact scan, and only visible ones."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import text
from tests.support.photos.published import BACKBONE
from tests.support.photos.service import PhotosService, build_service
from tests.support.photos.similar import embed, ids, place, similar
from tests.support.postgres import PostgresServer, find_pgvector

from photos.kernel.embedding import Embedding
from photos.similarity.repository.vectors import prepare_vectors
from photos.similarity.similar import ExactScan, PgVector
from vignette_shared.contracts.identity import ANONYMOUS

pytestmark = pytest.mark.integration
FEATURES = 2048


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    server = PostgresServer(find_pgvector())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def service(tmp_path: Path, server: PostgresServer) -> Iterator[PhotosService]:
    built = build_service(tmp_path, server.url("vignette_vectors"))
    yield built
    built.services.database.engine.dispose()


def test_pgvector_is_prepared_once(service: PhotosService) -> None:
    assert isinstance(service.services.nearest, PgVector)
    assert prepare_vectors(service.services.database.engine)
    with service.services.database.engine.connect() as connection:
        indexes = connection.execute(text("SELECT indexdef FROM pg_indexes")).scalars().all()
    assert sum("USING hnsw" in index and "halfvec_cosine_ops" in index for index in indexes) == 1


def test_exact_scan_without_pgvector(either: PhotosService) -> None:
    assert isinstance(either.services.nearest, ExactScan)


def test_pgvector_finds_listed_photos_after_catching_up(service: PhotosService) -> None:
    anna, bert = service.join("anna"), service.join("bert")
    asked = place(service, anna, 0)
    far, near = place(service, bert, 80), place(service, bert, 10)
    place(service, bert, 5, visibility="private")
    gone = place(service, bert, 6)
    assert similar(service, asked) == []
    service.reconcile()
    assert ids(similar(service, asked)) == [gone, near, far]
    assert [item["similarity"] for item in similar(service, asked)] == pytest.approx(
        [0.9945, 0.9848, 0.1736], abs=2e-3
    )
    service.client(bert).delete(f"/api/v1/photos/{gone}", params={"permanent": "true"})
    service.clock.forward(seconds=1)
    embed(service, far, 2, "v2")
    new = place(service, bert, 20)
    service.reconcile()
    assert ids(similar(service, asked)) == [far, near, new]
    assert ids(similar(service, asked, limit=1)) == [far]


def test_embedding_without_direction_is_skipped(service: PhotosService) -> None:
    anna = service.join("anna")
    asked, other = place(service, anna, 0), place(service, anna, 10)
    odd = [place(service, anna, degrees) for degrees in (20, 30)]
    with service.services.database.engine.begin() as connection:
        for photo_id, value in zip(odd, (b"\0\0", b"\0\x7e"), strict=True):  # zero, and not a number
            values = {"vector": value * FEATURES, "id": photo_id}
            connection.execute(text("UPDATE embeddings SET vector = :vector WHERE photo_id = :id"), values)
    service.reconcile()
    service.reconcile()
    assert ids(similar(service, asked)) == [other]
    assert [similar(service, photo_id) for photo_id in odd] == [[], []]


def many(service: PhotosService, count: int) -> NDArray[np.float32]:
    """Store photos with embeddings in groups, half of them public; returns unit vectors float32[n, 2048]."""
    anna = service.join("anna")
    rng = np.random.default_rng(0)
    centres = rng.gamma(0.3, 1.0, (40, FEATURES))
    rows = (centres[rng.integers(0, 40, count)] + rng.gamma(0.3, 0.6, (count, FEATURES))).astype("<f2")
    public = rng.random(count) < 0.5
    copy = text(
        "INSERT INTO photos (id, owner_id, sha256, media_type, bytes, file_name, title, description,"
        " visibility, status, width, height, created_at, renditions, attempts)"
        " SELECT CAST(:id AS uuid), :owner, :id,"
        " 'image/jpeg', 1, 'x', '', '', :visibility, 'tagged', 1, 1, now(), '{}', 0"
    )
    fill = text("INSERT INTO embeddings VALUES (CAST(:id AS uuid), :backbone, :vector, now())")
    names = [name(i) for i in range(count)]
    with service.services.database.engine.begin() as connection:
        visibilities = ["public" if each else "private" for each in public]
        connection.execute(
            copy,
            [
                {"id": each, "owner": anna.user_id, "visibility": visibility}
                for each, visibility in zip(names, visibilities, strict=True)
            ],
        )
        connection.execute(
            fill,
            [
                {"id": each, "backbone": BACKBONE, "vector": row.tobytes()}
                for each, row in zip(names, rows, strict=True)
            ],
        )
    service.services.nearest.catch_up(service.services.database)
    exact = rows.astype(np.float32)
    exact[~public] = 0
    exact /= np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), 1e-9)
    return exact


def name(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012x}"


def test_the_index_is_used_and_its_recall_is_high_under_a_filter(service: PhotosService) -> None:
    """One in two may be listed; what the index gives is compared with NumPy's exact answer."""
    units = many(service, 1500)
    engine = service.services.database.engine
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
        # So few vectors would be sorted faster than looked up, and Postgres knows.
        connection.execute(text("ALTER DATABASE vignette_vectors SET enable_sort = off"))
    engine.dispose()
    before = index_scans(service)
    public = np.flatnonzero(units.any(axis=1))
    hits = 0
    asked = public[:: len(public) // 20][:20]
    with service.services.database.read() as db:
        for number in asked:
            found = db.embeddings.newest(name(int(number)))
            assert isinstance(found, Embedding)
            best = np.argsort(-(units @ units[number]))[:21]
            wanted = {name(int(i)) for i in best if i != number}
            answer = service.services.nearest.nearest(db, found, ANONYMOUS.user_id, 20)
            assert len(answer) == 20
            hits += len(wanted & {photo_id for photo_id, _ in answer})
    assert hits / (20 * len(asked)) >= 0.95
    assert index_scans(service) - before >= len(asked)


def index_scans(service: PhotosService) -> int:
    """Return how often the index was used, by what Postgres has counted so far."""
    with service.services.database.engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        connection.commit()
        scans = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'ix_embedding_vectors_hnsw'"
        return connection.execute(text(scans)).scalar() or 0
