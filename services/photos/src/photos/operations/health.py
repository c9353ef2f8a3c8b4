"""Whether the service can do its work, and if not, why."""

from pathlib import Path

import redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from photos.kernel.database import check_database
from photos.pipeline.models import check_model
from vignette_shared.contracts.api import Check, Checks, Readiness
from vignette_shared.errors import StorageError
from vignette_shared.registry import Registry
from vignette_shared.storage import BlobStore, free_bytes


def check_readiness(
    *,
    engine: Engine,
    client: "redis.Redis",
    store: BlobStore,
    registry: Registry,
    staging: Path,
    min_free_bytes: int,
) -> Readiness:
    checks = Checks(
        database=_check(check_database(engine)),
        broker=_check(_check_broker(client)),
        storage=_check(_check_storage(store, staging, min_free_bytes)),
        model=_check(check_model(registry)),
    )
    good = all(check.ok for check in (checks.database, checks.broker, checks.storage, checks.model))
    return Readiness(status="ready" if good else "not_ready", checks=checks)


def _check(problem: str | None) -> Check:
    return Check(ok=problem is None, detail=problem)


def _check_broker(client: "redis.Redis") -> str | None:
    try:
        client.ping()
    except RedisError as error:
        return f"Redis does not answer: {type(error).__name__}."
    return None


def _check_storage(store: BlobStore, staging: Path, min_free_bytes: int) -> str | None:
    try:
        store.size("readiness")
        free = free_bytes(staging)
    except StorageError as error:
        return error.detail
    except OSError as error:
        return f"The staging folder can't be read: {error.strerror}."
    return f"Only {free // 2**20} MiB are free; uploads are refused." if free < min_free_bytes else None
