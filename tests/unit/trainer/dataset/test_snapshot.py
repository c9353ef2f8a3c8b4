"""Snapshots are complete, seeded and stratified, and their splits share no image."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.unit.trainer.conftest import jpeg, write_archives

from trainer.dataset import Dataset, read_mirflickr
from trainer.dataset.inspection import ALIKE_BITS, groups_alike, inspect_images
from trainer.dataset.manifest import SPLITS, Row, Split, dump_rows, parse_rows
from trainer.dataset.snapshot import (
    Snapshot,
    check_overlap,
    freeze,
    read_snapshot,
    snapshot_names,
    write_snapshot,
)
from trainer.dataset.split import stratified_splits
from trainer.errors import DatasetError
from vignette_shared.registry import Registry
from vignette_shared.storage import open_store

SHARES = (0.72, 0.08, 0.2)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
HASHES = st.integers(0, 30).map(lambda number: f"{number:064x}")
"""few, so that some meet"""
ROWS = st.lists(
    st.builds(
        Row,
        image=st.integers(0, 10**9).map(lambda number: f"im{number}.jpg"),
        sha256=HASHES,
        labels=st.dictionaries(WORDS, st.floats(0, 1), max_size=4),
        origin=WORDS,
        split=st.sampled_from(SPLITS),
        relevant=st.lists(WORDS, max_size=3, unique=True).map(lambda words: tuple(sorted(words))),
    ),
    max_size=20,
)


@pytest.fixture
def registry() -> Registry:
    return Registry(open_store("memory://"))


@given(st.integers(0, 400), st.integers(1, 6), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_split_is_complete_seeded_and_stratified(images: int, labels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    targets = rng.random((images, labels)) < rng.random(labels) * 0.5
    side = stratified_splits(targets, SHARES, seed)
    assert side.tolist() == stratified_splits(targets, SHARES, seed).tolist()
    assert set(side.tolist()) <= {0, 1, 2}
    for number, share in enumerate(SHARES):
        assert abs((side == number).sum() - images * share) <= 2 * labels + 1
        for label in range(labels):
            positives = targets[:, label].sum()
            assert abs(targets[side == number, label].sum() - positives * share) <= 2 * labels + 1


@given(st.integers(0, 300), st.integers(1, 5), st.integers(1, 400), st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_near_duplicates_share_a_split(images: int, labels: int, kinds: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    targets = rng.random((images, labels)) < rng.random(labels) * 0.5
    groups = rng.integers(0, kinds, images).astype(np.intp)
    side = stratified_splits(targets, SHARES, seed, groups)
    assert side.tolist() == stratified_splits(targets, SHARES, seed, groups).tolist()
    assert set(side.tolist()) <= {0, 1, 2}
    for group in set(groups.tolist()):
        assert len(set(side[groups == group].tolist())) == 1
    alone = stratified_splits(targets, SHARES, seed)
    for group in set(groups.tolist()):  # what was whole already stays where it was
        if len(set(alone[groups == group].tolist())) == 1:
            assert (side[groups == group] == alone[groups == group]).all()
    largest = int(np.bincount(groups).max()) if images else 0
    for number, share in enumerate(SHARES):
        assert abs((side == number).sum() - images * share) <= 2 * labels + 1 + 2 * largest


@given(st.lists(st.tuples(st.integers(1, 2**64 - 1), st.lists(st.integers(0, 63), max_size=3)), max_size=30))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_near_duplicates_form_one_group(drawn: list[tuple[int, list[int]]]) -> None:
    hashes: list[int] = []
    for value, flipped in drawn:
        hashes += [value, value ^ sum({1 << bit for bit in flipped})]
    groups = groups_alike(np.array([*hashes, 0, 0], np.uint64)).tolist()
    assert len(set(groups[-2:])) == 2, "plain pictures look alike without being so"
    assert not set(groups[-2:]) & set(groups[:-2])
    for i, first in enumerate(hashes):
        for k, second in enumerate(hashes):
            if first and second and (first ^ second).bit_count() <= ALIKE_BITS:
                assert groups[i] == groups[k]


@given(ROWS)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_rows_come_back_as_they_were_written(rows: list[Row]) -> None:
    assert list(parse_rows(dump_rows(rows), "here")) == rows


@given(ROWS)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_overlap_is_found_wherever_it_is(rows: list[Row]) -> None:
    sides: dict[str, set[str]] = {}
    for row in rows:
        sides.setdefault(row.sha256, set()).add(row.split)
    if any(len(found) > 1 for found in sides.values()):
        with pytest.raises(DatasetError, match="the same image"):
            check_overlap(rows)
    else:
        check_overlap(rows)


def test_snapshot_is_read_back_by_name(archives: Path, registry: Registry) -> None:
    source = read_mirflickr(archives)
    frozen = write_snapshot(freeze(source, seed=3), registry)
    assert read_snapshot(registry, frozen.name) == read_snapshot(registry, "latest") == frozen
    assert frozen.labels == source.labels
    assert len(frozen.rows_of("test")) == 18
    assert [frozen.rows[i] for i in frozen.row_numbers("test")] == list(frozen.rows_of("test"))
    again = frozen.dataset(source)
    assert again.names == source.names
    assert again.targets.tolist() == source.targets.tolist()
    assert again.splits is not None
    assert again.splits.count("test") == 18


def test_the_same_data_and_seed_are_one_snapshot(archives: Path, registry: Registry) -> None:
    source = read_mirflickr(archives)
    first = write_snapshot(freeze(source, seed=3), registry)
    later = replace(freeze(source, seed=3), name=f"29991231T000000Z-{first.name[-8:]}")
    assert write_snapshot(later, registry).name == first.name
    write_snapshot(freeze(source, seed=4), registry)
    assert len(snapshot_names(registry)) == 2


def test_damaged_missing_and_duplicate_images_are_skipped(tmp_path: Path) -> None:
    good = {f"im{i}.jpg": jpeg((200, 10, 10), shade=i) for i in range(1, 31)}
    images = {**good, "im31.jpg": good["im7.jpg"], "im32.jpg": b"\xff\xd8\xff not a picture", "im33.jpg": b""}
    write_archives(tmp_path, images, {"red.txt": " ".join(str(i) for i in range(1, 34))})
    frozen = freeze(read_mirflickr(tmp_path), seed=0)
    assert sorted(row.image for row in frozen.rows) == sorted(good)


def test_near_duplicate_pictures_share_a_split(tmp_path: Path) -> None:
    """Each of 30 photos three times: whole, smaller, and darker."""
    rng = np.random.default_rng(1)
    images: dict[str, bytes] = {}
    for number in range(30):
        grid = Image.fromarray(rng.integers(60, 255, (8, 9), np.uint8))
        coarse = grid.resize((180, 160), Image.Resampling.BOX)
        for kind, picture in enumerate((coarse, coarse.resize((90, 80)), coarse.point(lambda v: v * 0.9))):
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=95)
            images[f"im{number * 3 + kind + 1}.jpg"] = buffer.getvalue()
    write_archives(tmp_path, images, {"noise.txt": " ".join(str(i) for i in range(1, 91))})
    dataset = read_mirflickr(tmp_path)
    assert len(inspect_images(dataset).near_duplicates()) >= 60
    frozen = freeze(dataset, seed=0)
    sides = {row.image: row.split for row in frozen.rows}
    for number in range(30):
        assert len({sides[f"im{number * 3 + kind + 1}.jpg"] for kind in range(3)}) == 1
    assert 12 <= len(frozen.rows_of("test")) <= 24


def test_snapshot_without_a_readable_image_is_rejected(tmp_path: Path) -> None:
    write_archives(tmp_path, {"im1.jpg": b"nothing"}, {"red.txt": "1"})
    with pytest.raises(DatasetError, match="No image of the dataset"):
        freeze(read_mirflickr(tmp_path), seed=0)


def test_label_too_rare_for_every_split_is_named(tmp_path: Path) -> None:
    images = {f"im{i}.jpg": jpeg((200, 10, 10), shade=i) for i in range(1, 41)}
    write_archives(tmp_path, images, {"red.txt": " ".join(map(str, range(1, 41))), "rare.txt": "1"})
    with pytest.raises(DatasetError, match=r"'rare' has no image in the \w+ split"):
        freeze(read_mirflickr(tmp_path), seed=0)


def brought(splits: tuple[Split, ...], bodies: dict[str, bytes]) -> Dataset:
    targets = np.ones((len(bodies), 1), np.bool_)
    return Dataset(tuple(bodies), ("red",), targets, bodies.__getitem__, splits=splits)


def test_own_splits_of_a_dataset_are_kept() -> None:
    bodies = {f"{i}.jpg": jpeg((200, 10, 10), shade=i) for i in range(3)}
    frozen = freeze(brought(("test", "train", "validation"), bodies), seed=0)
    assert [row.split for row in frozen.rows] == ["test", "train", "validation"]


def test_test_split_overlapping_train_is_rejected() -> None:
    bodies = {f"{i}.jpg": jpeg((200, 10, 10), shade=i) for i in range(3)}
    bodies["again.jpg"] = bodies["0.jpg"]
    with pytest.raises(DatasetError, match=r"0\.jpg \(test\) and again\.jpg \(train\) are the same image"):
        freeze(brought(("test", "train", "validation", "train"), bodies), seed=0)


@pytest.mark.parametrize("change", ["other labels", "overlap", "cut"])
def test_changed_manifest_is_rejected(archives: Path, registry: Registry, change: str) -> None:
    frozen = write_snapshot(freeze(read_mirflickr(archives), seed=3), registry)
    key = f"datasets/{frozen.name}/manifest.jsonl"
    lines = registry.store.get(key).splitlines(keepends=True)
    if change == "other labels":
        lines[0] = json.dumps({**json.loads(lines[0]), "labels": {}}).encode() + b"\n"
    elif change == "overlap":
        other = "test" if frozen.rows[0].split != "test" else "train"
        lines.append(json.dumps({**json.loads(lines[0]), "split": other}).encode())
    else:
        lines = lines[:-1]
    registry.store.put(key, b"".join(lines), replace=True)
    with pytest.raises(DatasetError, match="changed after it was written"):
        read_snapshot(registry, frozen.name)


def test_overlapping_manifest_with_a_matching_name_is_rejected(registry: Registry) -> None:
    rows = (Row("a.jpg", "ab" * 32, {}, "x", "train"), Row("b.jpg", "ab" * 32, {}, "x", "test"))
    unnamed = Snapshot("", rows)
    write_snapshot(Snapshot(f"20260101T000000Z-{unnamed.identity[:8]}", rows), registry)
    with pytest.raises(DatasetError, match="the same image"):
        read_snapshot(registry, "latest")


def test_missing_snapshot_is_named(registry: Registry) -> None:
    with pytest.raises(DatasetError, match="no snapshots"):
        read_snapshot(registry, "latest")
    with pytest.raises(DatasetError, match="There is no snapshot x"):
        read_snapshot(registry, "x")


def test_dataset_without_a_snapshot_image_is_rejected(archives: Path) -> None:
    source = read_mirflickr(archives)
    frozen = freeze(source, seed=3)
    with pytest.raises(DatasetError, match="are not in the dataset"):
        frozen.dataset(source.take(np.arange(5, dtype=np.intp)))
