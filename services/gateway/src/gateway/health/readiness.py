"""Readiness: the checks of photos, and the gateway's own connection to Redis."""

import redis.asyncio
from redis.exceptions import RedisError

from gateway.photos_client import PhotosClient
from vignette_shared.contracts.api import Check, Checks, Readiness
from vignette_shared.errors import ServiceUnavailable

PHOTOS_DOWN = Check(ok=False, detail="The photos service does not answer.")


class ReadinessProbe:
    def __init__(self, photos: PhotosClient, broker: "redis.asyncio.Redis") -> None:
        self._photos = photos
        self._broker = broker

    async def look(self) -> Readiness:
        """Run all checks. A check that can't run fails."""
        try:
            theirs = (await self._photos.readiness()).checks
        except ServiceUnavailable:
            theirs = Checks(database=PHOTOS_DOWN, broker=PHOTOS_DOWN, storage=PHOTOS_DOWN, model=PHOTOS_DOWN)
        checks = theirs.model_copy(update={"broker": await self._broker_check()})
        ok = all(check.ok for check in (checks.database, checks.broker, checks.storage, checks.model))
        return Readiness(status="ready" if ok else "not_ready", checks=checks)

    async def aclose(self) -> None:
        await self._broker.aclose()

    async def _broker_check(self) -> Check:
        """Check Redis from the gateway: an outage of photos must not read as one of Redis."""
        try:
            await self._broker.ping()
        except RedisError as error:
            return Check(ok=False, detail=f"Redis does not answer: {error}")
        return Check(ok=True)
