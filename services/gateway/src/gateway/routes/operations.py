"""Health and metrics, outside /api/v1."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.access.dependencies import WithParts
from gateway.documentation.overview import READY, answer
from vignette_shared.contracts.api import Readiness
from vignette_shared.errors import NotFound
from vignette_shared.http.problems import problems

router = APIRouter(tags=["operations"])


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="Is the process up",
    response_class=PlainTextResponse,
    responses={200: {"description": "It is", "content": {"text/plain": {"example": "ok"}}}},
)
async def healthz() -> str:
    return "ok"


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Can the site do its job",
    response_model=Readiness,
    responses={
        200: answer("Everything works", READY),
        503: {**answer("Something does not; `detail` says what"), "model": Readiness},
    },
)
async def readyz(parts: WithParts) -> Response:
    found = await parts.readiness.look()
    status = 200 if found.status == "ready" else 503
    return JSONResponse(found.model_dump(mode="json"), status, {"Cache-Control": "no-store"})


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Prometheus metrics, for loopback and the networks that a setting names",
    response_class=Response,
    responses={
        200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(NotFound),
    },
)
async def metrics(request: Request, parts: WithParts) -> Response:
    if not parts.metrics.may_read(request):
        raise NotFound
    return Response(await parts.metrics.render(), media_type=CONTENT_TYPE_LATEST)
