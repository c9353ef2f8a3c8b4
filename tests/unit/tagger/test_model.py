"""Following the alias: load good versions, reject damaged ones, keep serving."""

import threading

import pytest
from tests.support.patience import WAIT_S

from tagger_worker.model import LoadedModel, ModelResolver
from vignette_shared.errors import ModelDamaged, ModelMissing, StorageError
from vignette_shared.registry import PRODUCTION, ModelManifest, Registry
from vignette_shared.vision.head import Head

from .conftest import MeanColour, publish_version


class ToyLoader:
    """Loads real heads over the toy network; `down` makes the storage fail."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.down = False

    def __call__(self, manifest: ModelManifest, present: LoadedModel | None) -> LoadedModel:
        if self.down:
            raise StorageError("The disk is away.")
        head = Head.parse(
            self._registry.model_file(manifest.version, "head.safetensors"),
            features=3,
            labels=manifest.labels,
            thresholds=manifest.thresholds,
        )
        return LoadedModel(manifest.version, present.backbone if present else MeanColour(), head)


@pytest.fixture
def loader(registry: Registry) -> ToyLoader:
    return ToyLoader(registry)


@pytest.fixture
def resolver(registry: Registry, loader: ToyLoader) -> ModelResolver:
    """Started on v1; `look` is called by the test instead of by the clock."""
    publish_version(registry, "v1")
    registry.set_alias(PRODUCTION, "v1")
    resolver = ModelResolver(registry, loader, poll_s=3600)
    resolver.start()
    return resolver


def test_it_starts_on_the_version_in_production(resolver: ModelResolver) -> None:
    assert resolver.current().version == "v1"
    assert resolver.describe() == {"model_version": "v1", "refused": {}}


def test_new_version_is_loaded_and_reuses_the_backbone(resolver: ModelResolver, registry: Registry) -> None:
    before = resolver.current()
    publish_version(registry, "v2")
    registry.set_alias(PRODUCTION, "v2")
    resolver.refresh()
    assert resolver.current().version == "v2"
    assert resolver.current().backbone is before.backbone
    registry.set_alias(PRODUCTION, "v1")
    resolver.refresh()
    assert resolver.current().version == "v1"


def test_unchanged_alias_loads_nothing(resolver: ModelResolver, registry: Registry) -> None:
    before = resolver.current()
    registry.set_alias(PRODUCTION, "v1")
    resolver.refresh()
    assert resolver.current() is before


def test_damaged_version_is_rejected_and_the_current_one_keeps_serving(
    resolver: ModelResolver, registry: Registry
) -> None:
    publish_version(registry, "v2")
    registry.store.put("models/versions/v2/head.safetensors", b"bit rot", replace=True)
    registry.set_alias(PRODUCTION, "v2")
    resolver.refresh()
    resolver.refresh()
    assert resolver.current().version == "v1"
    refused = resolver.describe()["refused"]
    assert list(refused) == ["v2"]
    assert "head.safetensors" in refused["v2"]


def test_unavailable_storage_rejects_no_version(
    resolver: ModelResolver, registry: Registry, loader: ToyLoader
) -> None:
    publish_version(registry, "v2")
    registry.set_alias(PRODUCTION, "v2")
    loader.down = True
    resolver.refresh()
    assert resolver.describe() == {"model_version": "v1", "refused": {}}
    loader.down = False
    resolver.refresh()
    assert resolver.current().version == "v2"


def test_the_background_thread_follows_by_itself(registry: Registry, loader: ToyLoader) -> None:
    publish_version(registry, "v1")
    publish_version(registry, "v2")
    registry.set_alias(PRODUCTION, "v1")
    swapped = _Signal(loader)
    resolver = ModelResolver(registry, swapped, poll_s=0.01)
    resolver.start()
    registry.set_alias(PRODUCTION, "v2")
    assert swapped.second.wait(WAIT_S)
    resolver.stop()


class _Signal:
    """A loader that says when it was called the second time."""

    def __init__(self, inner: ToyLoader) -> None:
        self._inner = inner
        self._calls = 0
        self.second = threading.Event()

    def __call__(self, manifest: ModelManifest, present: LoadedModel | None) -> LoadedModel:
        loaded = self._inner(manifest, present)
        self._calls += 1
        if self._calls == 2:
            self.second.set()
        return loaded


def test_missing_model_prevents_start_and_names_the_remedy(registry: Registry, loader: ToyLoader) -> None:
    resolver = ModelResolver(registry, loader)
    with pytest.raises(ModelMissing, match="make publish-starter"):
        resolver.start()
    with pytest.raises(ModelMissing, match="make publish-starter"):
        resolver.current()


def test_damaged_first_model_prevents_start(registry: Registry, loader: ToyLoader) -> None:
    publish_version(registry, "v1", head=b"junk")
    registry.set_alias(PRODUCTION, "v1")
    with pytest.raises(ModelDamaged):
        ModelResolver(registry, loader).start()


def test_other_version_can_be_selected(resolver: ModelResolver, registry: Registry) -> None:
    publish_version(registry, "v2")
    assert resolver.version("v2").version == "v2"
    assert resolver.version("v1") is resolver.current()
