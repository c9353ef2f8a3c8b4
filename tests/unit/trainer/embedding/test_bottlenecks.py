"""The bottleneck cache embeds each image once, also after interruptions."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.unit.trainer.conftest import SPEC, MeanColour

from trainer.dataset import Dataset, read_mirflickr
from trainer.embedding.bottlenecks import Cache, embed_dataset, missing_images
from trainer.errors import DatasetError
from vignette_shared.vision.shards import dump_shard, shard_name


def without(dataset: Dataset, count: int) -> Dataset:
    return dataset.take(np.arange(len(dataset.names) - count))


def test_only_what_is_missing_is_embedded(archives: Path, tmp_path: Path) -> None:
    dataset, backbone = read_mirflickr(archives), MeanColour()
    few = embed_dataset(without(dataset, 30), backbone, tmp_path / "cache")
    assert (len(few.rows), backbone.embedded) == (60, 60)
    every = embed_dataset(dataset, backbone, tmp_path / "cache")
    assert backbone.embedded == 90
    np.testing.assert_array_equal(every.embeddings[:60], few.embeddings)
    again = embed_dataset(dataset, backbone, tmp_path / "cache")
    assert backbone.embedded == 90
    np.testing.assert_array_equal(again.embeddings, every.embeddings)


def test_another_backbone_has_its_own_cache(archives: Path, tmp_path: Path) -> None:
    dataset, first, second = read_mirflickr(archives), MeanColour(), MeanColour()
    second.spec = replace(first.spec, fingerprint="0" * 16)
    embed_dataset(dataset, first, tmp_path / "cache")
    embed_dataset(dataset, second, tmp_path / "cache")
    assert second.embedded == 90


def test_damaged_shard_is_recomputed(archives: Path, tmp_path: Path) -> None:
    dataset, backbone = read_mirflickr(archives), MeanColour()
    embed_dataset(dataset, backbone, tmp_path / "cache")
    (shard,) = (tmp_path / "cache").glob("*/*.safetensors")
    shard.write_bytes(shard.read_bytes()[:100])
    assert len(embed_dataset(dataset, backbone, tmp_path / "cache").rows) == 90
    assert backbone.embedded == 180


def test_damaged_images_are_skipped_and_rows_stay_aligned(archives: Path, tmp_path: Path) -> None:
    dataset = read_mirflickr(archives)
    spoilt = {dataset.names[4], dataset.names[50]}
    reading = Dataset(
        dataset.names,
        dataset.labels,
        dataset.targets,
        lambda name: b"rot" if name in spoilt else dataset.read(name),
    )
    found = embed_dataset(reading, MeanColour(), tmp_path / "cache")
    assert len(found.rows) == len(found.embeddings) == 88
    assert not {4, 50} & set(found.rows.tolist())
    brightest = found.embeddings.argmax(axis=1)
    assert (dataset.targets[found.rows, 2] == (brightest == 0)).all()


def test_missing_image_is_recorded_and_retried(archives: Path, tmp_path: Path) -> None:
    dataset, gone = read_mirflickr(archives), {"mirflickr/im5.jpg", "mirflickr/im51.jpg"}

    def read(name: str) -> bytes:
        if name in gone:
            raise DatasetError(f"{name} can't be read: No such file or directory.")
        return dataset.read(name)

    lacking, done = replace(dataset, read=read), list[int]()
    assert len(embed_dataset(lacking, MeanColour(), tmp_path / "cache", done.append).rows) == 88
    assert sum(done) == 90
    cache = Cache(tmp_path / "cache", SPEC)
    assert {story["image"] for story in cache.skipped.values()} == gone
    assert [name for name, _, _ in missing_images(lacking, cache, lambda _: None)] == []
    gone.clear()
    backbone = MeanColour()
    assert len(embed_dataset(lacking, backbone, tmp_path / "cache").rows) == 90
    assert backbone.embedded == 2
    assert Cache(tmp_path / "cache", SPEC).skipped == {}


def test_progress_is_reported_as_images_are_embedded(archives: Path, tmp_path: Path) -> None:
    """Counting images as they are read would show a wrong rate."""
    dataset, backbone, seen = read_mirflickr(archives), MeanColour(), list[tuple[int, int]]()
    embed_dataset(without(dataset, 30), backbone, tmp_path / "cache")
    embed_dataset(dataset, backbone, tmp_path / "cache", lambda n: seen.append((n, backbone.embedded)))
    assert seen == [*[(1, 60)] * 60, (30, 90)]


def test_dataset_without_a_readable_image_is_rejected(archives: Path, tmp_path: Path) -> None:
    dataset = read_mirflickr(archives)
    broken = Dataset(dataset.names, dataset.labels, dataset.targets, lambda _: b"rot")
    with pytest.raises(DatasetError, match="No image of the dataset"):
        embed_dataset(broken, MeanColour(), tmp_path / "cache")


IMAGES = st.lists(st.integers(0, 40), max_size=12, unique=True)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), IMAGES),
        st.tuples(st.just("truncate"), st.integers(0, 200)),
        st.tuples(st.just("reopen"), st.none()),
    ),
    max_size=10,
)


def row_of(image: int) -> NDArray[np.float32]:
    return np.array([image, image / 3, -image], np.float32)


@given(steps=STEPS)
def test_cache_holds_every_row_of_complete_shards(steps: list[tuple[str, Any]]) -> None:
    """Whatever is written, cut short and read again: a row is its image's, and none is lost with another."""
    with TemporaryDirectory() as folder:
        cache, shards = Cache(Path(folder), SPEC), dict[str, list[int]]()
        for step, what in steps:
            if step == "keep" and what:
                hashes = [f"{image:064x}" for image in what]
                name = shard_name(hashes)
                cache.add_shard(dump_shard(hashes, np.stack([row_of(image) for image in what])), name)
                shards[name] = what
            elif step == "truncate" and shards:
                name = min(shards)
                path = cache.folder / f"{name}.safetensors"
                path.write_bytes(path.read_bytes()[: min(what, path.stat().st_size - 1)])
                del shards[name]
                cache = Cache(Path(folder), SPEC)
            elif step == "reopen":
                cache = Cache(Path(folder), SPEC)
            assert set(cache.rows) == {f"{image:064x}" for images in shards.values() for image in images}
        for digest, row in cache.rows.items():
            np.testing.assert_array_equal(row, row_of(int(digest, 16)).astype(np.float16))
        assert cache.size() <= sum(4 * 200 + (32 + 6) * len(images) for images in shards.values())
