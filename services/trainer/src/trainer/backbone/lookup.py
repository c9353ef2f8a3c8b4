"""Look up a backbone by name."""

from pathlib import Path
from typing import Literal

from trainer.backbone.artifacts import BackboneFacts, publish_backbone
from trainer.errors import DatasetError
from vignette_shared.errors import ModelMissing
from vignette_shared.registry import BackboneManifest, Registry
from vignette_shared.storage import open_read_only
from vignette_shared.vision.backbone import WEIGHTS_FILE, Backbone
from vignette_shared.vision.loading import RuntimeOptions, load_backbone

STARTER = "starter"
_MIRRORED = "-mirrored"


def find_backbone(registry: Registry, name: str, starter: Path | None = None) -> str:
    """Return the fingerprint of a backbone.

    Args:
        name: `production` for the one in production, `starter` for the one that ships with Vignette, a
            published name (the newest with that name counts), or a fingerprint.
        starter: registry folder to copy the starter from if `registry` lacks it.

    Raises:
        ModelMissing: there is no such backbone.
        ModelDamaged, StorageError: a registry can't be read.
    """
    if name == "production":
        return registry.production().backbone
    named = [manifest for manifest in list_backbones(registry) if name in names_of(manifest)]
    if named:
        # Names may repeat, fingerprints don't.
        return max(named, key=lambda manifest: manifest.created_at).fingerprint
    if name == STARTER and starter is not None:
        return _copy_starter(registry, starter)
    available = ", ".join(sorted({n for manifest in list_backbones(registry) for n in names_of(manifest)}))
    raise ModelMissing(
        f"There is no backbone {name!r} in the registry. Available: {available or 'none'}. "
        "Import one with `vignette-trainer backbone import`."
    )


def with_views(registry: Registry, fingerprint: str, views: Literal[1, 2]) -> str:
    """Return the backbone with the same weights and this number of views; publish it if it doesn't exist.

    It is named after the original: `starter-mirrored` is `starter` with two views. See
    docs/decisions/0026-mirror-images.md.

    Raises:
        ModelMissing, ModelDamaged, StorageError: the backbone can't be read or published.
    """
    manifest = registry.backbone(fingerprint)
    if manifest.views == views:
        return fingerprint
    original = (manifest.model_extra or {}).get("name")
    name = str(original or fingerprint).removesuffix(_MIRRORED) + (_MIRRORED if views == 2 else "")
    facts = BackboneFacts(
        name, manifest.source, manifest.input_side, manifest.geometry, {"parent": fingerprint}, views
    )
    return publish_backbone(registry, registry.backbone_file(fingerprint, WEIGHTS_FILE), facts)[0].fingerprint


def open_backbone(registry: Registry, name: str, views: Literal[1, 2] | None = None) -> Backbone:
    """Load a backbone in float32, which gives the same metrics on every machine.

    Args:
        name: see `find_backbone`.
        views: see `with_views`; None for the backbone's own.

    Raises:
        ModelError: there is no such backbone, or it is damaged.
    """
    fingerprint = find_backbone(registry, name)
    if views is not None:
        fingerprint = with_views(registry, fingerprint, views)
    return load_backbone(registry, fingerprint, RuntimeOptions(precision="float32"))


def list_backbones(registry: Registry) -> list[BackboneManifest]:
    """Return the complete backbones, by fingerprint."""
    keys = registry.store.list("backbones")
    return [registry.backbone(key.split("/")[1]) for key in keys if key.endswith("/manifest.json")]


def names_of(manifest: BackboneManifest) -> set[str]:
    """Return a backbone's fingerprint and, if it has one, its name."""
    name = (manifest.model_extra or {}).get("name")
    return {manifest.fingerprint, name} if isinstance(name, str) and name else {manifest.fingerprint}


def _copy_starter(registry: Registry, folder: Path) -> str:
    if not folder.is_dir():
        raise DatasetError(f"The starter's folder {folder} doesn't exist: give it with --starter.")
    source = Registry(open_read_only(folder))
    manifest = source.backbone(source.production().backbone)
    files: dict[str, bytes | Path] = {
        name: source.backbone_file(manifest.fingerprint, name) for name in manifest.files
    }
    registry.publish_backbone(manifest, files)
    return manifest.fingerprint
