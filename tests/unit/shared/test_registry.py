"""The registry: versions are complete or absent, hashed, and go live by one alias write."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vignette_shared.errors import ModelDamaged, ModelMissing
from vignette_shared.registry import PRODUCTION, BackboneManifest, ModelManifest, Registry
from vignette_shared.storage import BlobStore, open_store


@pytest.fixture
def store() -> BlobStore:
    return open_store("memory://")


@pytest.fixture
def registry(store: BlobStore) -> Registry:
    return Registry(store)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def model(version: str = "20261101T000000Z-aaaaaaaa", head: bytes = b"head") -> ModelManifest:
    return ModelManifest(
        version=version,
        backbone="f" * 16,
        labels=["sky", "sea"],
        thresholds=[0.5, 0.4],
        files={"head.safetensors": sha(head)},
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def backbone(weights: bytes = b"weights") -> BackboneManifest:
    return BackboneManifest(
        fingerprint="f" * 16,
        architecture="inception_v3",
        input_side=96,
        geometry="centre_square",
        features=2048,
        files={"weights.safetensors": sha(weights)},
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def test_empty_registry_error_names_the_remedy(registry: Registry) -> None:
    with pytest.raises(ModelMissing, match="make publish-starter"):
        registry.production()


def test_published_version_round_trips(registry: Registry) -> None:
    registry.publish_model(model(), {"head.safetensors": b"head"})
    registry.set_alias(PRODUCTION, model().version, reason="first")
    assert registry.production() == model()
    assert registry.model_file(model().version, "head.safetensors") == b"head"
    assert registry.versions() == [model().version]


def test_files_that_differ_from_the_manifest_are_not_published(registry: Registry) -> None:
    with pytest.raises(ModelDamaged):
        registry.publish_model(model(), {"head.safetensors": b"other"})
    with pytest.raises(ModelDamaged):
        registry.publish_model(model(), {"another.file": b"head"})
    assert registry.versions() == []


def test_alias_requires_a_complete_version(registry: Registry, store: BlobStore) -> None:
    store.put(f"models/versions/{model().version}/head.safetensors", b"head")
    with pytest.raises(ModelMissing):
        registry.set_alias(PRODUCTION, model().version)
    assert registry.alias(PRODUCTION) is None


def test_damaged_file_is_named_in_the_error(registry: Registry, store: BlobStore) -> None:
    registry.publish_model(model(), {"head.safetensors": b"head"})
    store.put(f"models/versions/{model().version}/head.safetensors", b"h3ad", replace=True)
    with pytest.raises(ModelDamaged, match=r"head\.safetensors is damaged"):
        registry.model_file(model().version, "head.safetensors")


def test_missing_file_is_named_in_the_error(registry: Registry, store: BlobStore) -> None:
    registry.publish_model(model(), {"head.safetensors": b"head"})
    store.delete(f"models/versions/{model().version}/head.safetensors")
    with pytest.raises(ModelDamaged, match=r"head\.safetensors is missing"):
        registry.model_file(model().version, "head.safetensors")


def test_invalid_manifest_is_rejected(registry: Registry, store: BlobStore) -> None:
    store.put("models/versions/v/manifest.json", b"{}")
    with pytest.raises(ModelDamaged, match="is damaged"):
        registry.model("v")


def test_starter_is_published_only_into_an_empty_registry(tmp_path: Path) -> None:
    shipped = Registry(open_store((tmp_path / "starter").as_uri()))
    shipped.publish_backbone(backbone(), {"weights.safetensors": b"weights"})
    shipped.publish_model(model(), {"head.safetensors": b"head"})
    shipped.set_alias(PRODUCTION, model().version)
    registry = Registry(open_store("memory://"))

    assert registry.publish_starter(tmp_path / "starter") == model().version
    assert registry.publish_starter(tmp_path / "starter") is None
    assert registry.backbone_file("f" * 16, "weights.safetensors") == b"weights"
    assert registry.production().version == model().version


def test_damaged_starter_is_not_published(tmp_path: Path) -> None:
    source = open_store((tmp_path / "starter").as_uri())
    shipped = Registry(source)
    shipped.publish_backbone(backbone(), {"weights.safetensors": b"weights"})
    shipped.publish_model(model(), {"head.safetensors": b"head"})
    shipped.set_alias(PRODUCTION, model().version)
    source.put(f"backbones/{'f' * 16}/weights.safetensors", b"w3ights", replace=True)
    registry = Registry(open_store("memory://"))

    with pytest.raises(ModelDamaged):
        registry.publish_starter(tmp_path / "starter")
    assert registry.alias(PRODUCTION) is None


def test_missing_starter_folder_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nowhere"):
        Registry(open_store("memory://")).publish_starter(tmp_path / "nowhere")


def test_incomplete_starter_error_names_the_remedy(tmp_path: Path) -> None:
    shipped = Registry(open_store((tmp_path / "starter").as_uri()))
    shipped.publish_backbone(backbone(), {"weights.safetensors": b"weights"})
    with pytest.raises(ModelMissing, match="Restore the folder"):
        Registry(open_store("memory://")).publish_starter(tmp_path / "starter")


@pytest.mark.parametrize(
    "damaged",
    [
        f"backbones/{'f' * 16}/weights.safetensors",
        f"backbones/{'f' * 16}/manifest.json",
        f"models/versions/{model().version}/head.safetensors",
        f"models/versions/{model().version}/manifest.json",
        "models/aliases/production.json",
    ],
)
def test_repair_replaces_a_damaged_starter_in_production(tmp_path: Path, damaged: str) -> None:
    """The remedy in the error text works, and a plain start does not hide the damage."""
    shipped = Registry(open_store((tmp_path / "starter").as_uri()))
    shipped.publish_backbone(backbone(), {"weights.safetensors": b"weights"})
    shipped.publish_model(model(), {"head.safetensors": b"head"})
    shipped.set_alias(PRODUCTION, model().version)
    store = open_store("memory://")
    registry = Registry(store)
    registry.publish_starter(tmp_path / "starter")
    store.put(damaged, b"damage", replace=True)

    assert registry.publish_starter(tmp_path / "starter", repair=True) == model().version
    assert registry.production() == model()
    assert registry.model_file(model().version, "head.safetensors") == b"head"
    assert registry.backbone_file("f" * 16, "weights.safetensors") == b"weights"
    assert registry.publish_starter(tmp_path / "starter", repair=True) is None
