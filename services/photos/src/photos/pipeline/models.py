"""Published models, read from the registry."""

import threading
from time import monotonic

from pydantic import ValidationError

from vignette_shared.contracts.api import Model, ModelMetrics
from vignette_shared.errors import ModelDamaged, ModelError, ModelMissing, NotFound, StorageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.registry import Alias, ModelManifest, Registry

log = get_logger(__name__)
ALIASES: tuple[Alias, ...] = ("production", "candidate", "previous")


class ProductionModel:
    """The input side of the network in production, read again every `poll_s` seconds."""

    def __init__(self, registry: Registry, poll_s: float) -> None:
        self._registry = registry
        self._poll_s = poll_s
        self._lock = threading.Lock()
        self._known: tuple[float, int | None] | None = None

    def input_side(self) -> int | None:
        """Return pixels, or None while no usable model is published."""
        with self._lock:
            if self._known is None or monotonic() - self._known[0] > self._poll_s:
                self._known = (monotonic(), self._read())
            return self._known[1]

    def _read(self) -> int | None:
        try:
            model = self._registry.production()
            return self._registry.backbone(model.backbone).input_side
        except ModelMissing:
            return None
        except (ModelError, StorageError) as error:
            log.warning("model_unusable", reason=error.detail)
            return None


def check_model(registry: Registry) -> str | None:
    """Return what is wrong with the model in production, or None."""
    try:
        registry.backbone(registry.production().backbone)
    except (ModelError, StorageError) as error:
        return error.detail
    return None


def list_models(registry: Registry, after: str | None, limit: int) -> list[Model]:
    """Return up to `limit` + 1 versions, newest first; damaged ones are left out and logged."""
    aliases = _aliases(registry)
    found: list[Model] = []
    for version in registry.versions():
        if after is not None and version >= after:
            continue
        try:
            found.append(_read_model(registry, version, aliases))
        except ModelError as error:
            log.warning("model_unusable", version=version, reason=error.detail)
        if len(found) > limit:
            break
    return found


def get_model(registry: Registry, version: str) -> Model:
    """Raises `NotFound`, `ModelDamaged`."""
    if version not in registry.versions():
        raise NotFound("There is no such model version.")
    return _read_model(registry, version, _aliases(registry))


def _read_model(registry: Registry, version: str, aliases: dict[str, list[str]]) -> Model:
    manifest = registry.model(version)
    return Model(
        version=version,
        aliases=aliases.get(version, []),
        created_at=manifest.created_at,
        backbone=manifest.backbone,
        labels=manifest.labels,
        thresholds=manifest.thresholds,
        sensitive=manifest.sensitive,
        metrics=_read_metrics(registry, manifest),
        dataset=manifest.dataset,
        parent=manifest.parent,
    )


def _read_metrics(registry: Registry, manifest: ModelManifest) -> ModelMetrics:
    try:
        return ModelMetrics.model_validate_json(registry.model_file(manifest.version, "metrics.json"))
    except ValidationError as error:
        raise ModelDamaged(f"metrics.json of {manifest.version} can't be read.") from error


def _aliases(registry: Registry) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for alias in ALIASES:
        if entry := registry.alias(alias):
            found.setdefault(entry.version, []).append(alias)
    return found
