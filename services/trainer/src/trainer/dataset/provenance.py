"""Which data trained a head: counts, the snapshot, and a fingerprint of every image, label and split."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from vignette_shared.registry import ModelManifest


class DatasetProvenance(BaseModel):
    """The `dataset` member of a run or version. Old versions lack members, and unknown ones are kept.

    Attributes:
        images: used, in all splits together; `skipped` could not be read or are duplicates.
        sha256: see `dataset_fingerprint`.
        snapshot: the snapshot's name; None if the splits were drawn for this training.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    images: int | None = None
    skipped: int | None = None
    train: int | None = None
    validation: int | None = None
    test: int | None = None
    sha256: str | None = None
    snapshot: str | None = None
    source: str | None = None

    @model_serializer(mode="wrap")
    def _without_absent_members(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in serialize(self).items() if name in self.model_fields_set}


def dataset_fingerprint(rows: Iterable[tuple[str, list[str], str]]) -> str:
    """Return the SHA-256 (hex) over each row (image SHA-256, labels, split), in order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(list(row)).encode())
    return digest.hexdigest()


def provenance_of(manifest: ModelManifest) -> DatasetProvenance:
    """Return the provenance that a version was published with; empty for a version without one."""
    return DatasetProvenance.model_validate(manifest.dataset or {})
