"""The model in use: loaded, verified, warmed up, and replaced when the alias `production` changes."""

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
    """A version that is ready to serve."""

    version: str
    backbone: Backbone
    head: Head
    sensitive: tuple[str, ...] = ()

    def thresholds(self) -> dict[str, float]:
        return dict(zip(self.head.labels, map(float, self.head.thresholds), strict=True))


class Models(Protocol):
    """The tagger's source of models."""

    def current(self) -> LoadedModel:
        """Return the model in production; raises `ModelMissing` if none is loaded."""
        ...

    def version(self, name: str) -> LoadedModel:
        """Return any version; raises `ModelMissing`, `ModelDamaged`, `StorageError`."""
        ...


Loader = Callable[[ModelManifest, "LoadedModel | None"], LoadedModel]


def make_loader(registry: Registry, options: RuntimeOptions) -> Loader:
    """Return a function that loads a version and reuses the current backbone if it is the same."""

    def load(manifest: ModelManifest, current: LoadedModel | None) -> LoadedModel:
        head = load_head(registry, manifest)
        if current is not None and current.backbone.spec.fingerprint == manifest.backbone:
            backbone = current.backbone
        else:
            backbone = load_backbone(registry, manifest.backbone, options)
            # The first call allocates memory and packs weights, which must not delay a user's photo.
            side = backbone.spec.input_side
            backbone.embed(np.zeros((1, side, side, 3), np.uint8))
        head.scores(np.zeros((1, backbone.spec.features), np.float32))
        return LoadedModel(manifest.version, backbone, head, tuple(manifest.sensitive))

    return load


@dataclass
class ModelResolver:
    """Follows the alias `production`.

    A version that is damaged, or that this machine can't run, is rejected once and recorded in `refused`; the
    current version keeps serving.
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
        current = self.current()
        return current if current.version == name else self.load(self.registry.model(name), current)

    def start(self) -> None:
        """Load the version in production, then follow the alias in a background thread.

        Raises:
            ModelMissing, ModelDamaged: the version in production can't be loaded.
            StorageError: the registry can't be read.
        """
        self._current = self.load(self.registry.production(), None)
        log.info("model_loaded", version=self._current.version)
        threading.Thread(target=self._follow, name="model-resolver", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def refresh(self) -> None:
        """Load the version in production if it has changed.

        Registry and model errors are logged, not raised.
        """
        target = None
        try:
            entry = self.registry.alias(PRODUCTION)
            target = entry.version if entry else None
            # Loading is slow, so a version that failed is not loaded again at every poll.
            if target is None or target in self.refused or target == self._serving():
                return
            # One assignment: a task that has read `current` finishes with the version it started with.
            self._current = self.load(self.registry.model(target), self._current)
        except StorageError as error:
            # Not added to `refused`: the registry may answer at the next poll.
            log.warning("registry_unreachable", reason=error.detail)
        except ModelError as error:
            self._refuse(target, error)
        else:
            log.info("model_swapped", version=target)

    def describe(self) -> dict[str, Any]:
        """Return the heartbeat's members: the version in use and the rejected ones."""
        return {"model_version": self._serving(), "refused": dict(self.refused)}

    def _serving(self) -> str | None:
        return self._current.version if self._current else None

    def _refuse(self, version: str | None, error: VignetteError) -> None:
        log.error("model_refused", version=version, reason=error.detail, serving=self._serving())
        if version is not None:
            self.refused[version] = error.detail

    def _follow(self) -> None:
        while not self._stopped.wait(self.poll_s):
            self.refresh()
