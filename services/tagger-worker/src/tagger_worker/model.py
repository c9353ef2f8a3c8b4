"""The model in use: loaded, verified, warmed up, and swapped when the registry's alias moves."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from vignette_shared.errors import ModelError, ModelMissing, StorageError, VignetteError
from vignette_shared.observability.logs import get_logger
from vignette_shared.registry import PRODUCTION, REPAIR_HINT, ModelManifest, Registry
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head
from vignette_shared.vision.loading import RuntimeOptions, load_backbone, load_head

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A version that is ready to answer."""

    version: str
    backbone: Backbone
    head: Head
    sensitive: tuple[str, ...] = ()

    def thresholds(self) -> dict[str, float]:
        return dict(zip(self.head.labels, map(float, self.head.thresholds), strict=True))


class Models(Protocol):
    """Where the tagger takes its model from."""

    def current(self) -> LoadedModel:
        """Return the model in production; raises `ModelMissing` when none was ever loaded."""
        ...

    def version(self, name: str) -> LoadedModel:
        """Return any version; raises `ModelMissing`, `ModelDamaged`, `StorageError`."""
        ...


Loader = Callable[[ModelManifest, "LoadedModel | None"], LoadedModel]


def make_loader(registry: Registry, options: RuntimeOptions) -> Loader:
    """Return the function that loads a version, keeping the network that is loaded when it is the same."""

    def load(manifest: ModelManifest, present: LoadedModel | None) -> LoadedModel:
        head = load_head(registry, manifest)
        if present is not None and present.backbone.spec.fingerprint == manifest.backbone:
            backbone = present.backbone
        else:
            backbone = load_backbone(registry, manifest.backbone, options)
            # The first call allocates and packs; it must not be someone's photo.
            side = backbone.spec.input_side
            backbone.embed(np.zeros((1, side, side, 3), np.uint8))
        head.scores(np.zeros((1, backbone.spec.features), np.float32))
        return LoadedModel(manifest.version, backbone, head, tuple(manifest.sensitive))

    return load


@dataclass
class ModelResolver:
    """Follows the alias `production`.

    `look` loads the version that the alias points at when it is another than the one in use. A version
    that is damaged, or that this machine can't run, is refused and remembered; the last good one serves on.
    """

    registry: Registry
    load: Loader
    poll_s: float = 5.0
    refused: dict[str, str] = field(default_factory=dict)
    _current: LoadedModel | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)

    def current(self) -> LoadedModel:
        if self._current is None:
            raise ModelMissing(f"No model is loaded. {REPAIR_HINT}")
        return self._current

    def version(self, name: str) -> LoadedModel:
        present = self.current()
        return present if present.version == name else self.load(self.registry.model(name), present)

    def start(self) -> None:
        """Load the version in production, then follow the alias in the background.

        Raises:
            ModelMissing, ModelDamaged: there is nothing good to begin with.
            StorageError: the registry can't be read.
        """
        self._current = self.load(self.registry.production(), None)
        log.info("model_loaded", version=self._current.version)
        threading.Thread(target=self._follow, name="model-resolver", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def look(self) -> None:
        """Look at the alias once and swap if it moved; never raises for what the registry holds."""
        wanted = None
        try:
            entry = self.registry.alias(PRODUCTION)
            wanted = entry.version if entry else None
            if wanted is None or wanted in self.refused or wanted == self._serving():
                return
            self._current = self.load(self.registry.model(wanted), self._current)
        except StorageError as error:
            log.warning("registry_unreachable", reason=error.detail)
        except ModelError as error:
            self._refuse(wanted, error)
        else:
            log.info("model_swapped", version=wanted)

    def describe(self) -> dict[str, Any]:
        """Return what the heartbeat tells: the version in use and those refused."""
        return {"model_version": self._serving(), "refused": dict(self.refused)}

    def _serving(self) -> str | None:
        return self._current.version if self._current else None

    def _refuse(self, version: str | None, error: VignetteError) -> None:
        log.error("model_refused", version=version, reason=error.detail, serving=self._serving())
        if version is not None:
            self.refused[version] = error.detail

    def _follow(self) -> None:
        while not self._stopped.wait(self.poll_s):
            self.look()
