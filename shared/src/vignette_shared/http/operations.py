"""The declaration of a public operation, written once, beside the function that serves it.

photos declares its routes with `operation`. `python -m photos.openapi` exports them as the table from which
the gateway forwards, limits and documents. See docs/decisions/0029-one-declaration-of-the-api.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from inspect import cleandoc
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.routing import APIRoute

from vignette_shared.errors import VignetteError
from vignette_shared.http.access import SAFE_METHODS, Access
from vignette_shared.http.problems import problems

RateClass = Literal["reads", "writes", "uploads", "transfers"]
BodyLimit = Literal["default", "form", "chunk"]
"""`form` fits one file in a multipart form, `chunk` one part of a resumable upload."""
EXTENSION = "x-vignette"
"""Key of the declaration in an OpenAPI operation."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the gateway enforces before it forwards a request."""

    access: Access
    rate: RateClass | None = None
    body_limit: BodyLimit = "default"

    def rate_of(self, method: str) -> RateClass:
        """Return the rate class that a request with this method counts against."""
        return self.rate or ("reads" if method in SAFE_METHODS else "writes")


class OperationRoute(APIRoute):
    """A route documented by its function: name, first docstring line, and the rest as description."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        summary, _, description = cleandoc(endpoint.__doc__ or "").partition("\n\n")
        options["summary"] = options.get("summary") or summary.removesuffix(".")
        options["description"] = options.get("description") or description
        options["operation_id"] = options.get("operation_id") or endpoint.__name__
        super().__init__(path, endpoint, **options)
        # A route without a declaration fails here, at import, rather than serving everyone.
        self.declaration = Declaration(**(self.openapi_extra or {})[EXTENSION])


def operation(
    access: Access,
    *,
    status: int = 200,
    returns: str | None = None,
    headers: Mapping[str, str] | None = None,
    raises: Sequence[type[VignetteError]] = (),
    responses: Mapping[int, Mapping[str, Any]] | None = None,
    parameters: Sequence[dict[str, Any]] = (),
    body: Mapping[str, Any] | None = None,
    rate: RateClass | None = None,
    body_limit: BodyLimit = "default",
) -> dict[str, Any]:
    """Return the options for a router's decorator.

    Errors that follow from the access, the method, the parameters and the body are documented by
    `gateway.documentation.completion`; `raises` names the others.

    Args:
        access: who may call the operation.
        status: status of a successful answer; 204 has no body.
        returns: what a successful answer holds.
        headers: documented headers of a successful answer, by name.
        responses: further documented answers, by status.
        parameters: request headers that the function reads itself.
        body: the request body that the function reads itself.
        rate: the rate class, where it does not follow from the method.
    """
    described: dict[str, Any] = {"description": returns or HTTPStatus(status).phrase}
    if headers:
        described["headers"] = response_headers(headers)
    declaration = Declaration(access, rate, body_limit)
    extra: dict[str, Any] = {EXTENSION: asdict(declaration)}
    if parameters:
        extra["parameters"] = list(parameters)
    if body:
        extra["requestBody"] = dict(body)
    options: dict[str, Any] = {
        "status_code": status,
        "responses": {status: described, **(responses or {}), **problems(*raises)},
        "openapi_extra": extra,
    }
    if status == HTTPStatus.NO_CONTENT:
        options["response_class"] = Response
    return options


def declaration_of(request: Request) -> Declaration:
    """Return the declaration of the matched route, which must have one."""
    declaration: Declaration = request.scope["route"].declaration
    return declaration


def request_header(name: str, text: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    """Document a header that a function reads from the request itself."""
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": text,
        "schema": {"type": "string", **schema},
    }


def response_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}


def image_bytes(description: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Document an answer that is an image file."""
    content = {"image/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}}
    return {"description": description, "headers": response_headers(headers or {}), "content": content}


def multipart_body(file: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """Document a form with one file that the function streams itself."""
    properties = {
        "file": {"type": "string", "contentMediaType": "application/octet-stream", "description": file},
        **fields,
    }
    schema = {"type": "object", "required": ["file"], "properties": properties}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
