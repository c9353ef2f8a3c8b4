"""Liveness, readiness, metrics: the only answers that need no signed identity."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from photos.kernel.http import WiredServices
from photos.operations.health import check_readiness
from vignette_shared.contracts.api import Readiness

router = APIRouter()


@router.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"model": Readiness}})
def readyz(services: WiredServices, response: Response) -> Readiness:
    readiness = check_readiness(services)
    response.status_code = 200 if readiness.status == "ready" else 503
    return readiness


@router.get("/metrics")
def metrics(request: Request) -> Response:
    return Response(generate_latest(request.app.state.metrics), media_type=CONTENT_TYPE_LATEST)
