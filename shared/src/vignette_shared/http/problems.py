"""Renders every error as RFC 9457 `application/problem+json`."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from vignette_shared.errors import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    RequestTimeout,
    TooLarge,
    ValidationFailed,
    VignetteError,
)
from vignette_shared.observability.context import REQUEST_ID_HEADER, current_request_id
from vignette_shared.observability.logs import get_logger

MEDIA_TYPE = "application/problem+json"
log = get_logger(__name__)


def problem_response(error: VignetteError, request_id: str) -> Response:
    """Render an error, with its `extra` members beside the standard ones."""
    body = {
        "type": f"urn:vignette:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
        **error.extra,
    }
    headers = {REQUEST_ID_HEADER: request_id}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    # RFC 9110 requires this header in every 401.
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, error.status, headers, MEDIA_TYPE)


def problems(*errors: type[VignetteError]) -> dict[int | str, dict[str, Any]]:
    """Describe errors for a route's `responses=`, grouped by status."""
    grouped: dict[int | str, list[type[VignetteError]]] = {}
    for error in errors:
        grouped.setdefault(error.status, []).append(error)
    return {
        status: {
            "description": " · ".join(f"`{kind.code}`: {kind.title}" for kind in kinds),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, kinds in grouped.items()
    }


def install_problem_handlers(app: FastAPI) -> None:
    """Render every error of the app as a problem document, unhandled ones included."""

    async def on_named(request: Request, error: Exception) -> Response:
        assert isinstance(error, VignetteError)
        return problem_response(error, request_id_of(request))

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(_from_validation(error), request_id_of(request))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return problem_response(_from_http(error), request_id_of(request))

    async def on_bug(request: Request, error: Exception) -> Response:
        log.error("unhandled_error", path=request.url.path, exc_info=error)
        return problem_response(
            # Without the exception's text, which may contain internals or other users' data.
            VignetteError("An unexpected error occurred. Find it in the log by its request ID."),
            request_id_of(request),
        )

    app.add_exception_handler(VignetteError, on_named)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_bug)


def request_id_of(request: Request) -> str:
    """Return the request's ID, from its state because a crashed request has lost its context."""
    return getattr(request.state, "request_id", None) or current_request_id() or "unknown"


def _from_validation(error: RequestValidationError) -> ValidationFailed:
    found = [
        {"field": ".".join(str(part) for part in item["loc"][1:]), "message": item["msg"]}
        for item in error.errors()
    ]
    named = ", ".join(sorted({item["field"] for item in found if item["field"]}))
    return ValidationFailed(f"Check: {named}." if named else None, errors=found)


def _from_http(error: HTTPException) -> VignetteError:
    kinds: dict[int, type[VignetteError]] = {
        404: NotFound,
        405: MethodNotAllowed,
        408: RequestTimeout,
        413: TooLarge,
    }
    kind = kinds.get(error.status_code, BadRequest if error.status_code < 500 else VignetteError)
    # Of a 404 or 405, Starlette's detail only repeats the status.
    return kind(str(error.detail) if kind in (BadRequest, RequestTimeout, TooLarge) else None)
