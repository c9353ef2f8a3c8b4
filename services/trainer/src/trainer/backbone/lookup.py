"""Which backbone a training goes over, by the names that people use."""

from pathlib import Path
from typing import Literal

from trainer.backbone.artifacts import BackboneFacts, publish_backbone
from trainer.errors import DatasetError
from vignette_shared.errors import ModelMissing
from vignette_shared.registry import BackboneManifest, Registry
from vignette_shared.storage import open_read_only
from vignette_shared.vision.backbone import WEIGHTS_FILE

STARTER = "starter"
_MIRRORED = "-mirrored"


def find_backbone(registry: Registry, name: str, shipped: Path | None = None) -> str:
    """Return the fingerprint that a name stands for.

    Args:
        name: `production` for what is served now, `starter` for the one that the project ships, the name
            that another was published with (the newest of that name), or a fingerprint.
        shipped: registry folder with the starter; copied from there when it is not in `registry` yet.

    Raises:
        ModelMissing: there is none of that name.
        ModelDamaged, StorageError: a registry can't be read.
    """
    if name == "production":
        return registry.production().backbone
    named = [manifest for manifest in list_backbones(registry) if name in names_of(manifest)]
    if named:
        return max(named, key=lambda manifest: manifest.created_at).fingerprint
    if name == STARTER and shipped is not None:
        return _copy_starter(registry, shipped)
    known = ", ".join(sorted({n for manifest in list_backbones(registry) for n in names_of(manifest)}))
    raise ModelMissing(
        f"There is no backbone {name!r} in the registry; there is {known or 'none'}. "
        "Import one with `vignette-trainer backbone import`."
    )


def with_views(registry: Registry, fingerprint: str, views: Literal[1, 2]) -> str:
    """Return the backbone with the same weights that sees an image in so many views, published if need be.

    It is called after the other: `starter-mirrored` is the `starter` that sees images mirrored, too.

    Raises:
        ModelMissing, ModelDamaged, StorageError: the backbone can't be read, or the registry not written.
    """
    manifest = registry.backbone(fingerprint)
    if manifest.views == views:
        return fingerprint
    told = (manifest.model_extra or {}).get("name")
    name = str(told or fingerprint).removesuffix(_MIRRORED) + (_MIRRORED if views == 2 else "")
    facts = BackboneFacts(
        name, manifest.source, manifest.input_side, manifest.geometry, {"parent": fingerprint}, views
    )
    return publish_backbone(registry, registry.backbone_file(fingerprint, WEIGHTS_FILE), facts)[0].fingerprint


def list_backbones(registry: Registry) -> list[BackboneManifest]:
    """Return the complete backbones, by fingerprint."""
    keys = registry.store.list("backbones")
    return [registry.backbone(key.split("/")[1]) for key in keys if key.endswith("/manifest.json")]


def names_of(manifest: BackboneManifest) -> set[str]:
    """Return what a backbone may be called: its fingerprint, and its name where it has one."""
    name = (manifest.model_extra or {}).get("name")
    return {manifest.fingerprint, name} if isinstance(name, str) and name else {manifest.fingerprint}


def _copy_starter(registry: Registry, shipped: Path) -> str:
    if not shipped.is_dir():
        raise DatasetError(f"The starter's folder {shipped} is not there: give it with --starter.")
    source = Registry(open_read_only(shipped))
    manifest = source.backbone(source.production().backbone)
    files: dict[str, bytes | Path] = {
        name: source.backbone_file(manifest.fingerprint, name) for name in manifest.files
    }
    registry.publish_backbone(manifest, files)
    return manifest.fingerprint
