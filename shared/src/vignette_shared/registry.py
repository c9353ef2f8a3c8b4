"""Backbones and model versions on a `BlobStore`: immutable, hashed, published by one alias write.

Layout::

    backbones/<fingerprint>/{weights.safetensors, manifest.json}
    models/versions/<version>/{head.safetensors, labels.json, metrics.json, ..., manifest.json}
    models/aliases/{production,candidate,previous}.json
    models/history/<number>.json

`manifest.json` is written last: its presence means that the rest is complete. It lists every file's SHA-256.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from vignette_shared.errors import BlobMissing, ModelDamaged, ModelError, ModelMissing, VersionTaken
from vignette_shared.storage import BlobStore, open_read_only

Alias = Literal["production", "candidate", "previous"]
PRODUCTION: Alias = "production"
REPAIR_HINT = "Publish one with `make publish-starter` or train one with `vignette-trainer`."


class Manifest(BaseModel):
    """What every artifact says of itself; further members stay as they are."""

    model_config = ConfigDict(extra="allow", frozen=True)

    files: dict[str, str]
    """file name -> SHA-256 (hex)"""
    created_at: datetime


class BackboneManifest(Manifest):
    """`input_side` in pixels; `geometry`: how an image becomes a square; `views`: as `BackboneSpec` says."""

    fingerprint: str
    architecture: str
    input_side: int
    geometry: Literal["centre_square", "squash"]
    features: int
    views: Literal[1, 2] = 1
    source: str = ""


class ModelManifest(Manifest):
    """A head over one backbone. `labels` and `thresholds` are in the same order."""

    version: str
    backbone: str
    labels: list[str]
    thresholds: list[float]
    sensitive: list[str] = []
    dataset: dict[str, Any] | None = None
    parent: str | None = None
    config: dict[str, Any] = {}
    seed: int | None = None
    commit: str | None = None


class AliasEntry(BaseModel):
    """`previous`: the version that a rollback of `production` goes back to."""

    model_config = ConfigDict(frozen=True)

    version: str
    previous: str | None = None
    at: datetime
    by: str = "system"
    reason: str = ""


M = TypeVar("M", bound=Manifest)


@dataclass(frozen=True, slots=True)
class Registry:
    """Read and write artifacts; raises `ModelMissing`, `ModelDamaged`, `StorageError`."""

    store: BlobStore

    def backbone(self, fingerprint: str) -> BackboneManifest:
        return self._manifest(f"backbones/{fingerprint}", BackboneManifest)

    def model(self, version: str) -> ModelManifest:
        return self._manifest(f"models/versions/{version}", ModelManifest)

    def versions(self) -> list[str]:
        """Return the complete versions, newest first."""
        found = {
            key.split("/")[2] for key in self.store.list("models/versions") if key.endswith("/manifest.json")
        }
        return sorted(found, reverse=True)

    def alias(self, name: Alias) -> AliasEntry | None:
        """Return where an alias points, or None when it was never set."""
        try:
            return AliasEntry.model_validate_json(self.store.get(f"models/aliases/{name}.json"))
        except BlobMissing:
            return None
        except ValidationError as error:
            raise ModelDamaged(f"models/aliases/{name}.json can't be read. {REPAIR_HINT}") from error

    def production(self) -> ModelManifest:
        """Return the version in production; raises `ModelMissing` that says what to do."""
        entry = self.alias(PRODUCTION)
        if entry is None:
            raise ModelMissing(f"No model is published. {REPAIR_HINT}")
        return self.model(entry.version)

    def model_file(self, version: str, name: str) -> bytes:
        """Return one file of a version, its hash checked."""
        return self._verified(f"models/versions/{version}", name, self.model(version))

    def backbone_file(self, fingerprint: str, name: str) -> bytes:
        """Return one file of a backbone, its hash checked."""
        return self._verified(f"backbones/{fingerprint}", name, self.backbone(fingerprint))

    def publish_backbone(self, manifest: BackboneManifest, files: dict[str, bytes | Path]) -> None:
        self._publish(f"backbones/{manifest.fingerprint}", manifest, files)

    def publish_model(self, manifest: ModelManifest, files: dict[str, bytes | Path]) -> None:
        """Write a version; it is complete once its manifest is there. Versions are immutable.

        Raises:
            VersionTaken: another version of that name is complete.
        """
        folder = f"models/versions/{manifest.version}"
        taken = VersionTaken(f"{manifest.version} is in the registry already, and versions never change.")
        if self.store.size(f"{folder}/manifest.json") is not None:
            raise taken
        if not self._publish(folder, manifest, files):
            raise taken

    def set_alias(
        self,
        name: Alias,
        version: str,
        *,
        by: str = "system",
        reason: str = "",
        previous: str | None = None,
    ) -> AliasEntry:
        """Let an alias point at a complete version: one atomic write.

        What changes a `production` that others may change too is `promotions.switch`.
        """
        self.model(version)
        entry = AliasEntry(version=version, previous=previous, at=datetime.now(UTC), by=by, reason=reason)
        body = entry.model_dump_json(indent=1).encode()
        self.store.put(f"models/aliases/{name}.json", body, replace=True)
        return entry

    def publish_starter(self, folder: Path, *, repair: bool = False) -> str | None:
        """Publish the shipped registry in `folder` when nothing is in production.

        Args:
            repair: also when what is in production is damaged. A start never asks for it: a damaged model
                is a refusal, and putting another in its place someone's decision.

        Returns the version published, or None when there was one already.
        """
        if self._has_production(verified=repair):
            return None
        source = Registry(_open_folder(folder))
        try:
            model = source.production()
            backbone = source.backbone(model.backbone)
        except ModelMissing as error:
            raise ModelMissing(
                f"The starter model in {folder} is incomplete: restore that folder from the repository."
            ) from error
        # Incomplete until their manifests are back: those are written last.
        self.store.delete(f"backbones/{backbone.fingerprint}/manifest.json")
        self.store.delete(f"models/versions/{model.version}/manifest.json")
        self.publish_backbone(
            backbone,
            {name: source.backbone_file(backbone.fingerprint, name) for name in backbone.files},
        )
        self.publish_model(model, {name: source.model_file(model.version, name) for name in model.files})
        self.set_alias(PRODUCTION, model.version, reason="the starter model")
        return model.version

    def _has_production(self, *, verified: bool) -> bool:
        """Whether a version is in production and, if asked, every file of it and its backbone is whole."""
        if not verified:
            return self.alias(PRODUCTION) is not None
        try:
            model = self.production()
            for name in model.files:
                self.model_file(model.version, name)
            for name in self.backbone(model.backbone).files:
                self.backbone_file(model.backbone, name)
        except ModelError:
            return False
        return True

    def _manifest(self, folder: str, kind: type[M]) -> M:
        try:
            return kind.model_validate_json(self.store.get(f"{folder}/manifest.json"))
        except BlobMissing as error:
            raise ModelMissing(f"{folder} is not in the registry. {REPAIR_HINT}") from error
        except ValidationError as error:
            raise ModelDamaged(f"{folder}/manifest.json can't be read. {REPAIR_HINT}") from error

    def _verified(self, folder: str, name: str, manifest: Manifest) -> bytes:
        try:
            data = self.store.get(f"{folder}/{name}")
        except BlobMissing as error:
            raise ModelDamaged(f"{folder}/{name} is missing. {REPAIR_HINT}") from error
        if hashlib.sha256(data).hexdigest() != manifest.files.get(name):
            raise ModelDamaged(
                f"{folder}/{name} is damaged: its SHA-256 is not the manifest's. {REPAIR_HINT}"
            )
        return data

    def _publish(self, folder: str, manifest: Manifest, files: dict[str, bytes | Path]) -> bool:
        """Write the files and then the manifest; False when another wrote the manifest meanwhile."""
        if set(files) != set(manifest.files):
            raise ModelDamaged(f"{folder}: files and manifest differ.")
        for name, data in files.items():
            if file_hash(data) != manifest.files[name]:
                raise ModelDamaged(f"{folder}/{name}: its SHA-256 is not the manifest's.")
            self.store.put(f"{folder}/{name}", data, replace=True)
        body = json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True)
        return self.store.put(f"{folder}/manifest.json", body.encode())


def file_hash(data: bytes | Path) -> str:
    """Return the SHA-256 of bytes or of a local file, in hex."""
    if isinstance(data, Path):
        with data.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return hashlib.sha256(data).hexdigest()


def _open_folder(folder: Path) -> BlobStore:
    if not folder.is_dir():
        raise ModelMissing(
            f"The starter model's folder {folder} is not there: restore it from the repository."
        )
    return open_read_only(folder)
