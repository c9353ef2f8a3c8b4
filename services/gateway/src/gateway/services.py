"""The objects that routes work with, wired once by `bootstrap`."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from gateway.events.event_streams import EventStreams
from gateway.health.metrics import Metrics
from gateway.health.readiness import ReadinessProbe
from gateway.limits.rate_limits import RateLimits
from gateway.photos_client import PhotosClient
from gateway.prediction.predictions import Predictions
from gateway.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Services:
    photos: PhotosClient
    sessions: Sessions
    events: EventStreams
    predictions: Predictions
    readiness: ReadinessProbe
    metrics: Metrics
    rates: RateLimits
    upload_bytes: int

    async def aclose(self) -> None:
        """Close every connection."""
        await self.events.aclose()
        await self.predictions.aclose()
        await self.readiness.aclose()
        await self.rates.aclose()
        await self.photos.aclose()


# Async: FastAPI runs a synchronous dependency in a thread, which costs more than the look-up.
async def services_of(request: Request) -> Services:
    """Return the services of the app that serves this request."""
    return wired(request)


def wired(request: Request) -> Services:
    return cast(Services, request.app.state.services)


WiredServices = Annotated[Services, Depends(services_of)]
