"""A dataset frozen with its split: what trains, what chooses, and what only the last figure sees."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from trainer.dataset.dataset import Dataset
from trainer.dataset.inspection import difference_hash, groups_alike
from trainer.dataset.manifest import SPLITS, Row, Split, dump_rows, parse_rows
from trainer.dataset.readers.exported import MANIFEST
from trainer.dataset.split import stratified_split
from trainer.errors import DatasetError
from vignette_shared.errors import BlobMissing, ImageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.registry import Registry

log = get_logger(__name__)

SHARES: dict[Split, float] = {"train": 0.72, "validation": 0.08, "test": 0.2}
"""As the original split its images."""
_FOLDER = "datasets"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows under a name, `<utc>-<first 8 digits of their hash>`; immutable once written."""

    name: str
    rows: tuple[Row, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that occur, sorted."""
        return tuple(sorted({label for row in self.rows for label in row.labels}))

    @property
    def identity(self) -> str:
        """SHA-256 of the rows: the same images, labels and sides, whatever the name."""
        return hashlib.sha256(dump_rows(self.rows)).hexdigest()

    def rows_of(self, split: Split) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.split == split)

    def side(self, split: Split) -> NDArray[np.intp]:
        """Return the row numbers of one side, growing."""
        return np.array([i for i, row in enumerate(self.rows) if row.split == split], np.intp)

    def dataset(self, source: Dataset) -> Dataset:
        """Return the snapshot's rows, labels and sides, in its order, with images read from `source`.

        `targets` are true from a weight of 0.5.

        Raises:
            DatasetError: `source` lacks an image.
        """
        known = set(source.names)
        if missing := [row.image for row in self.rows if row.image not in known]:
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
    """Hash the images and give each its side, by seeded iterative stratification.

    An image that is missing or damaged is logged and left out, and of images with the same bytes the first
    stays: both sides must not hold the same picture. Pictures that look alike stay on one side. A split that
    the dataset brings is kept as it is.

    Args:
        shares: of the images that go to each side; they sum to 1.
        progress: called with the number of images hashed.

    Raises:
        DatasetError: no image can be read, a label has no positive on a side, or the split that the dataset
            brings has one image on two sides.
    """
    kept, hashes, groups = _hashed(dataset, progress)
    chosen = dataset.take(kept)
    sides = chosen.splits
    if sides is None:
        sides = _draw_sides(chosen.targets, shares, seed, groups)
    elif torn := sum(len(found) > 1 for found in _sides_of_groups(sides, groups)):
        log.warning("alike_on_different_sides", groups=torn)
    rows = tuple(_rows(chosen, hashes, sides))
    refuse_overlap(rows)
    refuse_missing_positives(rows, chosen.labels, int(np.bincount(groups).max()))
    snapshot = Snapshot("", rows)
    return replace(snapshot, name=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{snapshot.identity[:8]}")


def write(snapshot: Snapshot, registry: Registry) -> Snapshot:
    """Write the manifest; returns the snapshot as it is stored.

    Rows that are stored already keep their first name, so that the same data and seed stay one snapshot.

    Raises:
        StorageError: the registry can't be written; nothing is there then.
    """
    for name in reversed(names(registry)):
        if name.endswith(snapshot.name[-9:]) and read(registry, name).rows == snapshot.rows:
            return replace(snapshot, name=name)
    registry.store.put(f"{_FOLDER}/{snapshot.name}/{MANIFEST}", dump_rows(snapshot.rows))
    return snapshot


def read(registry: Registry, name: str) -> Snapshot:
    """Return a stored snapshot; `latest` is the newest.

    Raises:
        DatasetError: there is none of that name, its rows are not those it was named after, or its test split
            overlaps the rest.
    """
    if name == "latest":
        name = next(iter(names(registry)), "")
    key = f"{_FOLDER}/{name}/{MANIFEST}"
    try:
        body = registry.store.get(key) if name else b""
    except BlobMissing as error:
        raise DatasetError(
            f"There is no snapshot {name}: make one with `vignette-trainer dataset split`."
        ) from error
    if not body:
        raise DatasetError("There is no snapshot yet: make one with `vignette-trainer dataset split`.")
    snapshot = Snapshot(name, tuple(parse_rows(body, key)))
    if snapshot.identity[:8] != name.rpartition("-")[2]:
        raise DatasetError(f"{key} was changed after it was written: split the dataset again.")
    refuse_overlap(snapshot.rows)
    return snapshot


def names(registry: Registry) -> list[str]:
    """Return the stored snapshots, newest first."""
    found = {key.split("/")[1] for key in registry.store.list(_FOLDER) if key.endswith(f"/{MANIFEST}")}
    return sorted(found, reverse=True)


def refuse_overlap(rows: Iterable[Row]) -> None:
    """Raise `DatasetError` where one image lies on two sides, by its bytes."""
    side_of: dict[str, Row] = {}
    for row in rows:
        other = side_of.setdefault(row.sha256, row)
        if other.split != row.split:
            raise DatasetError(
                f"{other.image} ({other.split}) and {row.image} ({row.split}) are the same image: "
                "a figure from such a split means nothing. Split the dataset again."
            )


def refuse_missing_positives(rows: Iterable[Row], labels: tuple[str, ...], alike: int = 1) -> None:
    """Raise `DatasetError` where a label can't be learnt, chosen or measured.

    Args:
        alike: how many pictures the largest group has that stays on one side.
    """
    why = f" ({alike} pictures look alike and stay on one side)" if alike > 1 else ""
    present = Counter((row.split, label) for row in rows for label in row.labels)
    for label in labels:
        for split in SPLITS:
            if not present[split, label]:
                raise DatasetError(
                    f"The label {label!r} has no image in the {split} split{why}: annotate more."
                )


def _draw_sides(
    targets: NDArray[np.bool_], shares: dict[Split, float], seed: int, groups: NDArray[np.intp]
) -> tuple[Split, ...]:
    """Draw the test side first, alone: it stays the same however the rest is shared out.

    Versions that held back the same share with the same seed, as the starter did for its validation, were
    not trained on it either, but for the few pictures that look like another's, and can be compared with on
    the rest.
    """
    sides: list[Split] = ["train"] * len(targets)
    rest, test = stratified_split(targets, shares["test"], seed, groups)
    for row in test:
        sides[row] = "test"
    if shares["validation"]:
        share = shares["validation"] / (1 - shares["test"])
        _, check = stratified_split(targets[rest], share, seed, groups[rest])
        for row in rest[check]:
            sides[row] = "validation"
    return tuple(sides)


def _sides_of_groups(sides: Iterable[str], groups: NDArray[np.intp]) -> Iterable[set[str]]:
    found: dict[int, set[str]] = {}
    for side, group in zip(sides, groups.tolist(), strict=True):
        found.setdefault(group, set()).add(side)
    return found.values()


def _hashed(
    dataset: Dataset, progress: Callable[[int], None]
) -> tuple[NDArray[np.intp], list[str], NDArray[np.intp]]:
    """Return the rows that stay, their hashes, and the groups of those that look alike."""
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
        side = dataset.splits[row] if dataset.splits else ""
        if first.setdefault((digest, side), row) != row:
            log.warning("duplicate_skipped", image=name, same_as=dataset.names[first[digest, side]])
        else:
            gradients.append(gradient)
    if not first:
        raise DatasetError("Not one image of the dataset could be read.")
    groups = groups_alike(np.array(gradients, np.uint64))
    return np.array(list(first.values()), np.intp), [digest for digest, _ in first], groups


def _rows(dataset: Dataset, hashes: list[str], sides: Iterable[str]) -> Iterable[Row]:
    for number, (name, digest, side) in enumerate(zip(dataset.names, hashes, sides, strict=True)):
        relevant: tuple[str, ...] = ()
        if dataset.relevant is not None:
            relevant = tuple(dataset.labels[i] for i in np.flatnonzero(dataset.relevant[number]))
        present = {dataset.labels[i]: 1.0 for i in np.flatnonzero(dataset.targets[number])}
        split: Split = next(each for each in SPLITS if each == side)
        yield Row(name, digest, present, dataset.origin, split, relevant)
