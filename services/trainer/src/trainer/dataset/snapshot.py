"""Snapshots: a dataset frozen with its train, validation and test splits."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.dataset.dataset import Dataset
from trainer.dataset.inspection import difference_hash, groups_alike
from trainer.dataset.loading import open_dataset
from trainer.dataset.manifest import SPLITS, Row, Split, dump_rows, parse_rows
from trainer.dataset.readers.exported import MANIFEST
from trainer.dataset.split import stratified_split
from trainer.errors import DatasetError
from vignette_shared.errors import BlobMissing, ImageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.registry import Registry

log = get_logger(__name__)

# The shares of the first Vignette.
SHARES: dict[Split, float] = {"train": 0.72, "validation": 0.08, "test": 0.2}
_FOLDER = "datasets"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows with a name, `<utc>-<first 8 digits of their hash>`; immutable once written."""

    name: str
    rows: tuple[Row, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that occur, sorted."""
        return tuple(sorted({label for row in self.rows for label in row.labels}))

    @property
    def identity(self) -> str:
        """SHA-256 of the rows: images, labels and splits, without the name."""
        return hashlib.sha256(dump_rows(self.rows)).hexdigest()

    def rows_of(self, split: Split) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.split == split)

    def row_numbers(self, split: Split) -> NDArray[np.intp]:
        """Return the row numbers of one split, rising."""
        return np.array([i for i, row in enumerate(self.rows) if row.split == split], np.intp)

    def dataset(self, source: Dataset) -> Dataset:
        """Return the snapshot as a dataset whose images are read from `source`.

        A target is true from a weight of 0.5.

        Raises:
            DatasetError: `source` lacks an image.
        """
        available = set(source.names)
        if missing := [row.image for row in self.rows if row.image not in available]:
            raise DatasetError(
                f"{len(missing)} images of {self.name} are not in the dataset, such as {missing[0]!r}."
            )
        labels = self.labels
        return Dataset(
            tuple(row.image for row in self.rows),
            labels,
            np.array(
                [[row.labels.get(label, 0.0) >= 0.5 for label in labels] for row in self.rows], np.bool_
            ),
            source.read,
            relevant=np.array([[label in row.relevant for label in labels] for row in self.rows], np.bool_),
            splits=tuple(row.split for row in self.rows),
            origin=self.name,
        )


def freeze(
    dataset: Dataset,
    seed: int,
    shares: dict[Split, float] = SHARES,
    progress: Callable[[int], None] = lambda _: None,
) -> Snapshot:
    """Hash the images and assign each to a split.

    Unreadable images are logged and skipped. Of images with the same bytes, the first is kept, and
    near-duplicates share a split: an image seen in training must not be tested on. The splits of a dataset
    that has them are kept. See docs/decisions/0021-snapshots.md.

    Args:
        shares: of the images that go to each split; they sum to 1.
        progress: called with the number of images hashed.

    Raises:
        DatasetError: no image can be read, a label has no positive in a split, or the dataset's own splits
            share an image.
    """
    kept, hashes, groups = _hashed(dataset, progress)
    chosen = dataset.take(kept)
    splits = chosen.splits
    if splits is None:
        splits = _draw_splits(chosen.targets, shares, seed, groups)
    elif separated := sum(len(each) > 1 for each in _splits_of_groups(splits, groups)):
        log.warning("near_duplicates_in_different_splits", groups=separated)
    rows = tuple(_rows(chosen, hashes, splits))
    check_overlap(rows)
    check_positives(rows, chosen.labels, int(np.bincount(groups).max()))
    snapshot = Snapshot("", rows)
    return replace(snapshot, name=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{snapshot.identity[:8]}")


def write_snapshot(snapshot: Snapshot, registry: Registry) -> Snapshot:
    """Store a snapshot and return it with its stored name.

    If a stored snapshot has the same rows, it is returned: the same data and seed are one snapshot.

    Raises:
        StorageError: the registry can't be written; nothing is stored.
    """
    for name in reversed(snapshot_names(registry)):
        # The hash in the name first, which spares reading every manifest.
        if name.endswith(snapshot.name[-9:]) and read_snapshot(registry, name).rows == snapshot.rows:
            return replace(snapshot, name=name)
    registry.store.put(f"{_FOLDER}/{snapshot.name}/{MANIFEST}", dump_rows(snapshot.rows))
    return snapshot


def read_snapshot(registry: Registry, name: str) -> Snapshot:
    """Return a stored snapshot; `latest` is the newest.

    Raises:
        DatasetError: it doesn't exist, was changed after it was written, or has one image in two splits.
    """
    if name == "latest":
        name = next(iter(snapshot_names(registry)), "")
    key = f"{_FOLDER}/{name}/{MANIFEST}"
    try:
        body = registry.store.get(key) if name else b""
    except BlobMissing as error:
        raise DatasetError(
            f"There is no snapshot {name}: make one with `vignette-trainer dataset split`."
        ) from error
    if not body:
        raise DatasetError("There are no snapshots: make one with `vignette-trainer dataset split`.")
    snapshot = Snapshot(name, tuple(parse_rows(body, key)))
    # The name holds the hash of the rows, so a changed manifest is detected.
    if snapshot.identity[:8] != name.rpartition("-")[2]:
        raise DatasetError(f"{key} was changed after it was written: split the dataset again.")
    check_overlap(snapshot.rows)
    return snapshot


def snapshot_names(registry: Registry) -> list[str]:
    """Return the names of the stored snapshots, newest first."""
    names = {key.split("/")[1] for key in registry.store.list(_FOLDER) if key.endswith(f"/{MANIFEST}")}
    return sorted(names, reverse=True)


def open_snapshot(registry: Registry, data: Path, name: str) -> Dataset:
    """Return the images of `data` with the labels and splits of a snapshot.

    Args:
        name: the snapshot; `latest` for the newest.

    Raises:
        DatasetError: the snapshot doesn't exist, or `data` lacks one of its images.
    """
    return read_snapshot(registry, name).dataset(open_dataset(data))


def check_overlap(rows: Iterable[Row]) -> None:
    """Raise `DatasetError` if two splits share an image with the same bytes."""
    first_of: dict[str, Row] = {}
    for row in rows:
        other = first_of.setdefault(row.sha256, row)
        if other.split != row.split:
            raise DatasetError(
                f"{other.image} ({other.split}) and {row.image} ({row.split}) are the same image, "
                "which makes metrics meaningless. Split the dataset again."
            )


def check_positives(rows: Iterable[Row], labels: tuple[str, ...], alike: int = 1) -> None:
    """Raise `DatasetError` if a label has no image in a split.

    Args:
        alike: the size of the largest group of near-duplicates.
    """
    why = f" ({alike} near-duplicates share a split)" if alike > 1 else ""
    present = Counter((row.split, label) for row in rows for label in row.labels)
    for label in labels:
        for split in SPLITS:
            if not present[split, label]:
                raise DatasetError(
                    f"The label {label!r} has no image in the {split} split{why}: annotate more."
                )


def _draw_splits(
    targets: NDArray[np.bool_], shares: dict[Split, float], seed: int, groups: NDArray[np.intp]
) -> tuple[Split, ...]:
    """Draw the test split first, which makes it independent of how the rest is divided.

    A version that held back the same share with the same seed, as the starter did for validation, wasn't
    trained on these images either, except for a few near-duplicates. The two can be compared on them.
    """
    splits: list[Split] = ["train"] * len(targets)
    rest, test = stratified_split(targets, shares["test"], seed, groups)
    for row in test:
        splits[row] = "test"
    if shares["validation"]:
        share = shares["validation"] / (1 - shares["test"])
        _, check = stratified_split(targets[rest], share, seed, groups[rest])
        for row in rest[check]:
            splits[row] = "validation"
    return tuple(splits)


def _splits_of_groups(splits: Iterable[str], groups: NDArray[np.intp]) -> Iterable[set[str]]:
    by_group: dict[int, set[str]] = {}
    for split, group in zip(splits, groups.tolist(), strict=True):
        by_group.setdefault(group, set()).add(split)
    return by_group.values()


def _hashed(
    dataset: Dataset, progress: Callable[[int], None]
) -> tuple[NDArray[np.intp], list[str], NDArray[np.intp]]:
    """Return the rows to keep, their hashes, and the group number of near-duplicates for each."""
    gradients: list[int] = []
    first: dict[tuple[str, str], int] = {}
    for row, name in enumerate(dataset.names):
        try:
            body = dataset.read(name)
            gradient = difference_hash(body)
            digest = hashlib.sha256(body).hexdigest()
        except (DatasetError, ImageError) as error:
            log.warning("image_skipped", image=name, reason=error.detail)
            continue
        finally:
            progress(1)
        split = dataset.splits[row] if dataset.splits else ""
        # By split, too: the same bytes in two splits are not a duplicate to skip but an error, which
        # `check_overlap` reports.
        if first.setdefault((digest, split), row) != row:
            log.warning("duplicate_skipped", image=name, same_as=dataset.names[first[digest, split]])
        else:
            gradients.append(gradient)
    if not first:
        raise DatasetError("No image of the dataset can be read.")
    groups = groups_alike(np.array(gradients, np.uint64))
    return np.array(list(first.values()), np.intp), [digest for digest, _ in first], groups


def _rows(dataset: Dataset, hashes: list[str], splits: Iterable[str]) -> Iterable[Row]:
    for number, (name, digest, split_name) in enumerate(zip(dataset.names, hashes, splits, strict=True)):
        relevant: tuple[str, ...] = ()
        if dataset.relevant is not None:
            relevant = tuple(dataset.labels[i] for i in np.flatnonzero(dataset.relevant[number]))
        present = {dataset.labels[i]: 1.0 for i in np.flatnonzero(dataset.targets[number])}
        split: Split = next(each for each in SPLITS if each == split_name)
        yield Row(name, digest, present, dataset.origin, split, relevant)
