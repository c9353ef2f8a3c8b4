"""Published models in the registry."""

from pydantic import ValidationError

from photos.kernel.services import Services
from vignette_shared.contracts.api import Model, ModelMetrics
from vignette_shared.errors import ModelDamaged, ModelError, NotFound, StorageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.registry import Alias, ModelManifest

log = get_logger(__name__)
ALIASES: tuple[Alias, ...] = ("production", "candidate", "previous")


def check_model(services: Services) -> str | None:
    """Return the problem with the model in production, or None if it is usable."""
    try:
        services.registry.backbone(services.registry.production().backbone)
    except (ModelError, StorageError) as error:
        return error.detail
    return None


def list_models(services: Services, after: str | None, limit: int) -> list[Model]:
    """Return up to `limit` + 1 versions, newest first; damaged ones are logged and skipped."""
    aliases = _aliases(services)
    page: list[Model] = []
    for version in services.registry.versions():
        if after is not None and version >= after:
            continue
        try:
            page.append(_read_model(services, version, aliases))
        # One damaged version must not hide the others from the admin who has to fix it.
        except ModelError as error:
            log.warning("model_unusable", version=version, reason=error.detail)
        if len(page) > limit:
            break
    return page


def get_model(services: Services, version: str) -> Model:
    """Return a version with its metrics and aliases; raises `NotFound`, `ModelDamaged`."""
    if version not in services.registry.versions():
        raise NotFound("There is no such model version.")
    return _read_model(services, version, _aliases(services))


def _read_model(services: Services, version: str, aliases: dict[str, list[str]]) -> Model:
    manifest = services.registry.model(version)
    return Model(
        version=version,
        aliases=aliases.get(version, []),
        created_at=manifest.created_at,
        backbone=manifest.backbone,
        labels=manifest.labels,
        thresholds=manifest.thresholds,
        sensitive=manifest.sensitive,
        metrics=_read_metrics(services, manifest),
        dataset=manifest.dataset,
        parent=manifest.parent,
    )


def _read_metrics(services: Services, manifest: ModelManifest) -> ModelMetrics:
    try:
        raw = services.registry.model_file(manifest.version, "metrics.json")
        return ModelMetrics.model_validate_json(raw)
    except ValidationError as error:
        raise ModelDamaged(f"metrics.json of {manifest.version} can't be read.") from error


def _aliases(services: Services) -> dict[str, list[str]]:
    by_version: dict[str, list[str]] = {}
    for alias in ALIASES:
        if entry := services.registry.alias(alias):
            by_version.setdefault(entry.version, []).append(alias)
    return by_version
