"""The rows of a snapshot, as JSON lines: image, hash, labels, origin and split."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from trainer.dataset.files import inside
from trainer.errors import DatasetError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Row:
    """One image.

    Attributes:
        sha256: of the image's file, in hex.
        labels: the weight of each label, in 0..1; 1 if a person annotated it.
        origin: the source of the annotation.
        relevant: labels of the stricter annotation, if the dataset has one.
    """

    image: str
    sha256: str
    labels: dict[str, float]
    origin: str
    split: Split
    relevant: tuple[str, ...] = ()


def dump_rows(rows: Iterable[Row]) -> bytes:
    """Return JSON lines; equal rows give equal bytes."""
    return "".join(json.dumps(_members(row), ensure_ascii=False) + "\n" for row in rows).encode()


def parse_rows(body: bytes, path: object) -> Iterator[Row]:
    """Yield the rows; raises `DatasetError` that names the line."""
    for number, line in enumerate(body.splitlines(), start=1):
        try:
            yield _row(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DatasetError(f"{path}, line {number} is not a row of a snapshot: {error}.") from error


def _members(row: Row) -> dict[str, Any]:
    members = {
        "image": row.image,
        "sha256": row.sha256,
        # Sorted, because the hash of these bytes names the snapshot.
        "labels": {label: row.labels[label] for label in sorted(row.labels)},
        "origin": row.origin,
        "split": row.split,
    }
    return {**members, "relevant": sorted(row.relevant)} if row.relevant else members


def _row(values: dict[str, Any]) -> Row:
    labels = {str(label): float(weight) for label, weight in values["labels"].items()}
    if values["split"] not in SPLITS:
        raise ValueError(f"split is {values['split']!r}, not one of {', '.join(SPLITS)}")
    if not _SHA256.fullmatch(values["sha256"]):
        raise ValueError("sha256 is not 64 hexadecimal digits")
    if not inside(values["image"]):
        raise ValueError(f"{values['image']!r} is outside the dataset")
    if not all(0 <= weight <= 1 for weight in labels.values()):
        raise ValueError("a label's weight is not in 0..1")
    return Row(
        values["image"],
        values["sha256"],
        labels,
        str(values["origin"]),
        cast(Split, values["split"]),
        tuple(values.get("relevant", ())),
    )
