"""The embedding matrix: exact, shared by processes, and rebuilt from the database."""

import multiprocessing
import os
import struct
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from photos.kernel.embedding import Embedding
from photos.similarity.cosines import cosine_distances
from photos.similarity.matrix import ENTRY, HEADER, EmbeddingMatrix, matrices, remove_matrix

FEATURES = 16
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def photo(number: int) -> str:
    return str(UUID(int=number + 1))


def embedding(number: int, values: Iterable[float], seconds: float = 0) -> Embedding:
    row = np.asarray(list(values), "<f2")
    return Embedding(photo(number), "net", row.tobytes(), NOW + timedelta(seconds=seconds))


def random_rows(count: int, features: int = FEATURES, seed: int = 0) -> NDArray[np.float16]:
    """Make rows like a pooled ReLU's: none below zero, some large."""
    values = np.random.default_rng(seed).gamma(0.3, 1.0, (count, features))
    return values.astype("<f2")


def open_matrix(folder: Path) -> EmbeddingMatrix:
    return EmbeddingMatrix(folder, "net", FEATURES)


def nearest(matrix: EmbeddingMatrix, vector: bytes) -> tuple[str, float]:
    """Return the first of the ranking, its cosine rounded."""
    photo_id, cosine = next(matrix.ranked(vector))
    return photo_id, round(cosine, 5)


@pytest.fixture
def matrix(tmp_path: Path) -> EmbeddingMatrix:
    return open_matrix(tmp_path / "similar")


def test_distances_match_float64() -> None:
    rows = random_rows(500, 2048) * np.float16(8)  # norms up to those of the shipped network's embeddings
    exact = rows.astype(np.float64)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    found = cosine_distances(rows[0].tobytes(), rows.tobytes(), 2048)
    np.testing.assert_allclose(found, 1 - exact @ exact[0], atol=2e-6)


def test_ranking_is_exact(matrix: EmbeddingMatrix) -> None:
    rows = random_rows(1500)  # more than are put in order at first
    matrix.absorb(embedding(i, row) for i, row in enumerate(rows))
    exact = rows.astype(np.float64)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    cosines = exact @ exact[3]
    ranked = list(matrix.ranked(rows[3].tobytes()))
    assert {photo_id for photo_id, _ in ranked} == {photo(i) for i in range(1500)}
    np.testing.assert_allclose([cosine for _, cosine in ranked], np.sort(cosines)[::-1], atol=2e-6)
    by_photo = dict(ranked)
    np.testing.assert_allclose([by_photo[photo(i)] for i in range(1500)], cosines, atol=2e-6)


def test_empty_matrix_ranks_nothing(matrix: EmbeddingMatrix) -> None:
    assert list(matrix.ranked(random_rows(1)[0].tobytes())) == []
    assert matrix.state() == (0, None)
    assert matrix.newest() is None
    assert matrix.forget([photo(1)]) == 0


def test_newer_embedding_replaces_older(matrix: EmbeddingMatrix) -> None:
    matrix.absorb([embedding(0, [1] + [0] * 15), embedding(1, [0, 1] + [0] * 14)])
    matrix.absorb([embedding(0, [0, 0, 1] + [0] * 13, seconds=5)])
    asked = np.asarray([0, 0, 1] + [0] * 13, "<f2").tobytes()
    ranked = list(matrix.ranked(asked))
    assert [photo_id for photo_id, _ in ranked] == [photo(0), photo(1)]
    assert [cosine for _, cosine in ranked] == pytest.approx([1, 0])
    assert matrix.state() == (2, NOW + timedelta(seconds=5))
    assert matrix.known(NOW + timedelta(seconds=1)) == {photo(0): NOW + timedelta(seconds=5)}


def test_forgotten_rows_are_wiped_and_slots_reused(matrix: EmbeddingMatrix) -> None:
    rows = random_rows(3)
    matrix.absorb(embedding(i, row) for i, row in enumerate(rows))
    assert matrix.forget([photo(1), photo(9)]) == 1
    data = (matrix.folder / "net.f16").read_bytes()
    assert rows[1].tobytes() not in data
    assert rows[0].tobytes() in data
    assert {photo_id for photo_id, _ in matrix.ranked(rows[1].tobytes())} == {photo(0), photo(2)}
    matrix.absorb([embedding(7, rows[1])])
    assert (matrix.folder / "net.f16").stat().st_size == len(data)
    assert next(matrix.ranked(rows[1].tobytes()))[0] == photo(7)


def test_vectors_without_direction_or_of_wrong_size_are_ignored(matrix: EmbeddingMatrix) -> None:
    good = embedding(0, [1] * 16)
    short = Embedding(photo(3), "net", b"\0" * 8, NOW)
    bad = [embedding(1, [float("nan")] * 16), embedding(2, [float("inf")] * 16), short]
    assert matrix.absorb([*bad, good]) == 3
    assert nearest(matrix, good.vector) == (photo(0), 1)
    assert [cosine for _, cosine in matrix.ranked(good.vector)][1:] == [0, 0]
    for each in (bad[0].vector, bad[1].vector, bytes(32)):
        assert list(matrix.ranked(each)) == []


def test_processes_see_each_other_s_changes(matrix: EmbeddingMatrix) -> None:
    other = open_matrix(matrix.folder)
    rows = random_rows(4)
    matrix.absorb([embedding(0, rows[0])])
    assert next(other.ranked(rows[0].tobytes()))[0] == photo(0)
    other.absorb(embedding(i, rows[i]) for i in (1, 2, 3))
    assert next(matrix.ranked(rows[3].tobytes()))[0] == photo(3)
    other.forget([photo(3)])
    assert next(matrix.ranked(rows[3].tobytes()))[0] != photo(3)
    remove_matrix(matrix.folder, "net")
    assert list(other.ranked(rows[0].tobytes())) == []
    matrix.absorb([embedding(2, rows[2])])
    assert [photo_id for photo_id, _ in other.ranked(rows[2].tobytes())] == [photo(2)]
    assert matrices(matrix.folder) == ["net"]


def absorb_some(folder: Path, first: int) -> None:
    mine = open_matrix(folder)
    rows = random_rows(400)
    for i in range(first, first + 100, 10):
        mine.absorb(embedding(j, rows[j]) for j in range(i, i + 10))
        list(mine.ranked(rows[i].tobytes()))


def test_concurrent_writers_lose_nothing(matrix: EmbeddingMatrix) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as processes, ThreadPoolExecutor(2) as threads:
        jobs = [
            pool.submit(absorb_some, matrix.folder, first)
            for pool, first in ((processes, 0), (processes, 100), (threads, 200), (threads, 300))
        ]
        for job in jobs:
            job.result()
    rows = random_rows(400)
    assert matrix.state()[0] == 400
    for i in range(0, 400, 37):
        assert nearest(matrix, rows[i].tobytes()) == (photo(i), 1)


@pytest.mark.parametrize("left", [0, 5, HEADER.size, HEADER.size + ENTRY.size + 3])
def test_truncated_file_keeps_complete_rows(matrix: EmbeddingMatrix, left: int) -> None:
    rows = random_rows(3)
    matrix.absorb(embedding(i, row) for i, row in enumerate(rows))
    os.truncate(matrix.folder / "net.ids", left)
    again = open_matrix(matrix.folder)
    whole = max(0, (left - HEADER.size) // ENTRY.size)
    assert again.state()[0] == whole
    again.absorb(embedding(i, row) for i, row in enumerate(rows))
    assert again.state()[0] == 3
    assert next(again.ranked(rows[2].tobytes()))[0] == photo(2)


def test_entries_without_rows_are_ignored(matrix: EmbeddingMatrix) -> None:
    rows = random_rows(3)
    matrix.absorb(embedding(i, row) for i, row in enumerate(rows))
    os.truncate(matrix.folder / "net.f16", 2 * matrix.stride)
    again = open_matrix(matrix.folder)
    assert {photo_id for photo_id, _ in again.ranked(rows[0].tobytes())} == {photo(0), photo(1)}


def test_file_with_another_magic_is_recreated(matrix: EmbeddingMatrix) -> None:
    matrix.folder.mkdir()
    (matrix.folder / "net.ids").write_bytes(struct.pack("<8s", b"vgnids99") + bytes(range(200)))
    assert matrix.state() == (0, None)
    matrix.absorb([embedding(0, [1] * 16)])
    assert open_matrix(matrix.folder).state()[0] == 1
