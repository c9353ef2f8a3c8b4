"""Readiness of the service and its dependencies."""

from redis.exceptions import RedisError

from photos.kernel.database import check_database
from photos.kernel.services import Services
from photos.pipeline.models import check_model
from vignette_shared.contracts.api import Check, Checks, Readiness
from vignette_shared.errors import StorageError
from vignette_shared.storage import free_bytes


def check_readiness(services: Services) -> Readiness:
    """Check the database, the broker, the storage and the model; ready if all four are fine."""
    checks = Checks(
        database=_check(check_database(services.database.engine)),
        broker=_check(_check_broker(services)),
        storage=_check(_check_storage(services)),
        model=_check(check_model(services)),
    )
    good = all(check.ok for check in (checks.database, checks.broker, checks.storage, checks.model))
    return Readiness(status="ready" if good else "not_ready", checks=checks)


def _check(problem: str | None) -> Check:
    return Check(ok=problem is None, detail=problem)


def _check_broker(services: Services) -> str | None:
    try:
        services.redis.ping()
    except RedisError as error:
        return f"Redis does not answer: {type(error).__name__}."
    return None


def _check_storage(services: Services) -> str | None:
    try:
        # Any look-up shows whether the store answers; the key need not exist.
        services.store.size("readiness")
        free = free_bytes(services.staging)
    except StorageError as error:
        return error.detail
    except OSError as error:
        return f"The staging folder can't be read: {error.strerror}."
    if free < services.min_free_bytes:
        return f"Only {free // 2**20} MiB are free; uploads are refused."
    return None
