"""Health and metrics, outside /api/v1."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.services import WiredServices
from vignette_shared.contracts.api import Readiness
from vignette_shared.errors import NotFound
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(tags=["operations"], route_class=OperationRoute)

TEXT = {
    "description": "Metrics in Prometheus text format.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}


@router.get(
    "/healthz",
    response_class=PlainTextResponse,
    **operation("open", responses={200: {"description": "OK", "content": {"text/plain": {"example": "ok"}}}}),
)
async def healthz() -> str:
    """Check that the process is running."""
    return "ok"


@router.get(
    "/readyz",
    response_model=Readiness,
    **operation(
        "open",
        returns="All checks pass.",
        responses={503: {"description": "A check fails; its `detail` says why.", "model": Readiness}},
    ),
)
async def readyz(services: WiredServices) -> Response:
    """Check that the site can serve requests."""
    readiness = await services.readiness.look()
    status = 200 if readiness.status == "ready" else 503
    return JSONResponse(readiness.model_dump(mode="json"), status, {"Cache-Control": "no-store"})


@router.get(
    "/metrics",
    response_class=Response,
    **operation("open", responses={200: TEXT}, raises=(NotFound,)),
)
async def metrics(request: Request, services: WiredServices) -> Response:
    """Export Prometheus metrics.

    Only loopback and the networks in the settings may read them.
    """
    if not services.metrics.may_read(request):
        raise NotFound
    return Response(await services.metrics.render(), media_type=CONTENT_TYPE_LATEST)
