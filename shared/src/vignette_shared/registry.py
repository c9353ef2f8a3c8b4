"""The model registry: backbones and model versions in a `BlobStore`.

Artifacts are immutable and hashed. A version goes live by one write, that of an alias. Layout::

    backbones/<fingerprint>/{weights.safetensors, manifest.json}
    models/versions/<version>/{head.safetensors, labels.json, metrics.json, ..., manifest.json}
    models/aliases/{production,candidate,previous}.json
    models/history/<number>.json

`manifest.json` lists the SHA-256 of every file and is written last: an artifact with a manifest is complete.
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
    """The part of a manifest that every artifact has; unknown members are kept."""

    # An older release must not drop what a newer one has added.
    model_config = ConfigDict(extra="allow", frozen=True)

    files: dict[str, str]
    """file name -> SHA-256 (hex)"""
    created_at: datetime


class BackboneManifest(Manifest):
    """Describes a backbone; `BackboneSpec` explains the fields that it shares."""

    fingerprint: str
    architecture: str
    input_side: int
    geometry: Literal["centre_square", "squash"]
    features: int
    views: Literal[1, 2] = 1
    source: str = ""


class ModelManifest(Manifest):
    """Describes a model version: a head over one backbone. `thresholds` are in the order of `labels`."""

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
    """The target of an alias. `previous` is the version that a rollback of `production` returns to."""

    model_config = ConfigDict(frozen=True)

    version: str
    previous: str | None = None
    at: datetime
    by: str = "system"
    reason: str = ""


M = TypeVar("M", bound=Manifest)


@dataclass(frozen=True, slots=True)
class Registry:
    """Reads and writes artifacts. Methods may raise `ModelMissing`, `ModelDamaged` and `StorageError`."""

    store: BlobStore

    def backbone(self, fingerprint: str) -> BackboneManifest:
        return self._manifest(f"backbones/{fingerprint}", BackboneManifest)

    def model(self, version: str) -> ModelManifest:
        return self._manifest(f"models/versions/{version}", ModelManifest)

    def versions(self) -> list[str]:
        """Return the complete versions, newest first."""
        complete = {
            key.split("/")[2] for key in self.store.list("models/versions") if key.endswith("/manifest.json")
        }
        # Names begin with the UTC time, so they sort by age.
        return sorted(complete, reverse=True)

    def alias(self, name: Alias) -> AliasEntry | None:
        """Return the target of an alias, or None if it was never set."""
        try:
            return AliasEntry.model_validate_json(self.store.get(f"models/aliases/{name}.json"))
        except BlobMissing:
            return None
        except ValidationError as error:
            raise ModelDamaged(f"models/aliases/{name}.json is damaged. {REPAIR_HINT}") from error

    def production(self) -> ModelManifest:
        """Return the version in production; raises `ModelMissing` if there is none."""
        entry = self.alias(PRODUCTION)
        if entry is None:
            raise ModelMissing(f"No model is published. {REPAIR_HINT}")
        return self.model(entry.version)

    def model_file(self, version: str, name: str) -> bytes:
        """Return one file of a version after checking its hash."""
        return self._verified(f"models/versions/{version}", name, self.model(version))

    def backbone_file(self, fingerprint: str, name: str) -> bytes:
        """Return one file of a backbone after checking its hash."""
        return self._verified(f"backbones/{fingerprint}", name, self.backbone(fingerprint))

    def publish_backbone(self, manifest: BackboneManifest, files: dict[str, bytes | Path]) -> None:
        self._publish(f"backbones/{manifest.fingerprint}", manifest, files)

    def publish_model(self, manifest: ModelManifest, files: dict[str, bytes | Path]) -> None:
        """Write a version, its manifest last.

        Raises:
            VersionTaken: a complete version of that name exists.
        """
        folder = f"models/versions/{manifest.version}"
        taken = VersionTaken(f"Version {manifest.version} is already published, and versions are immutable.")
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
        """Point an alias at a complete version, in one atomic write.

        This does not detect concurrent changes. To change `production`, use `promotions.switch`.
        """
        self.model(version)
        entry = AliasEntry(version=version, previous=previous, at=datetime.now(UTC), by=by, reason=reason)
        body = entry.model_dump_json(indent=1).encode()
        self.store.put(f"models/aliases/{name}.json", body, replace=True)
        return entry

    def publish_starter(self, folder: Path, *, repair: bool = False) -> str | None:
        """Publish the starter model in `folder` if no version is in production.

        Args:
            repair: also publish it if the version in production is damaged. Services never set this when they
                start: replacing a damaged model is an admin's decision.

        Returns:
            The published version, or None if there was one in production already.
        """
        if self._has_production(verified=repair):
            return None
        source = Registry(_open_folder(folder))
        try:
            model = source.production()
            backbone = source.backbone(model.backbone)
        except ModelMissing as error:
            raise ModelMissing(
                f"The starter model in {folder} is incomplete. Restore the folder from the repository."
            ) from error
        # Without their manifests, both count as incomplete until every file has been replaced.
        self.store.delete(f"backbones/{backbone.fingerprint}/manifest.json")
        self.store.delete(f"models/versions/{model.version}/manifest.json")
        self.publish_backbone(
            backbone,
            # The hash of each file is verified as it is read (docs/decisions/0006).
            {name: source.backbone_file(backbone.fingerprint, name) for name in backbone.files},
        )
        self.publish_model(model, {name: source.model_file(model.version, name) for name in model.files})
        self.set_alias(PRODUCTION, model.version, reason="the starter model")
        return model.version

    def _has_production(self, *, verified: bool) -> bool:
        """Return whether a version is in production and, if `verified`, all files match their hashes."""
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
            raise ModelDamaged(f"{folder}/manifest.json is damaged. {REPAIR_HINT}") from error

    def _verified(self, folder: str, name: str, manifest: Manifest) -> bytes:
        try:
            data = self.store.get(f"{folder}/{name}")
        except BlobMissing as error:
            raise ModelDamaged(f"{folder}/{name} is missing. {REPAIR_HINT}") from error
        # Checked on every load: a disk error must not become wrong tags.
        if hashlib.sha256(data).hexdigest() != manifest.files.get(name):
            raise ModelDamaged(
                f"{folder}/{name} is damaged: its SHA-256 differs from the manifest. {REPAIR_HINT}"
            )
        return data

    def _publish(self, folder: str, manifest: Manifest, files: dict[str, bytes | Path]) -> bool:
        """Write the files, then the manifest. Return False if the manifest was written concurrently."""
        if set(files) != set(manifest.files):
            raise ModelDamaged(f"{folder}: the files are not those of the manifest.")
        for name, data in files.items():
            if file_hash(data) != manifest.files[name]:
                raise ModelDamaged(f"{folder}/{name}: its SHA-256 differs from the manifest.")
            # Replaces the files of an interrupted publication, which has no manifest.
            self.store.put(f"{folder}/{name}", data, replace=True)
        body = json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True)
        # Without `replace`: only one of two concurrent publications can succeed.
        return self.store.put(f"{folder}/manifest.json", body.encode())


def file_hash(data: bytes | Path) -> str:
    """Return the SHA-256 of bytes or of a local file as hex digits."""
    if isinstance(data, Path):
        with data.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return hashlib.sha256(data).hexdigest()


def _open_folder(folder: Path) -> BlobStore:
    if not folder.is_dir():
        raise ModelMissing(f"The starter model's folder {folder} is missing. Restore it from the repository.")
    return open_read_only(folder)
