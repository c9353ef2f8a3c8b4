"""What every operation of the document has in common, written once: limits, headers, formats."""

from collections.abc import Iterator
from typing import Any

from gateway.documentation.overview import SECURITY_SCHEMES
from vignette_shared.errors import (
    AuthenticationRequired,
    BadRequest,
    MissingScope,
    RateLimited,
    RequestTimeout,
    TooLarge,
    ValidationFailed,
    VignetteError,
)
from vignette_shared.http.problems import problems
from vignette_shared.observability.context import REQUEST_ID_HEADER

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
HEADERS = {
    "RequestId": {
        "description": "names this request, in logs and problems too; one that is sent along is kept",
        "schema": {"type": "string"},
        "example": "019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11",
    },
    "RetryAfter": {
        "description": "seconds after which a repeat makes sense",
        "schema": {"type": "integer", "minimum": 1},
        "example": 30,
    },
    "Challenge": {"description": "`Bearer`", "schema": {"type": "string"}, "example": "Bearer"},
}
# Where a client is told when to come back, and how to sign in.
HEADERS_BY_STATUS = {"401": ("WWW-Authenticate", "Challenge"), "429": ("Retry-After", "RetryAfter")}
CHECKS = frozenset({"enum", "const", "format", "maxLength", "minLength", "pattern"})
PROBLEM = "application/problem+json"
ECHOES = frozenset({"Problem", "BulkOutcome"})
"""Schemas whose ids may be anything that a client sent."""
ONLY_FORM = f"`{ValidationFailed.code}`: {ValidationFailed.title}"


def complete(document: dict[str, Any]) -> None:
    """Add to a document what its routes don't repeat."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = SECURITY_SCHEMES
    components["headers"] = HEADERS
    document["servers"] = [{"url": "/", "description": "this site"}]
    for path, operation in _operations(document):
        if path.startswith("/api/"):
            _add_errors(operation)
            _drop_what_can_not_come(operation)
        for status, answer in operation["responses"].items():
            _add_headers(status, answer)
    for name, schema in components["schemas"].items():
        if name not in ECHOES:
            _say_which_are_ids(schema)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        yield from ((path, operation) for method, operation in item.items() if method in METHODS)


def _add_errors(operation: dict[str, Any]) -> None:
    common: list[type[VignetteError]] = [RateLimited]
    if "requestBody" in operation:
        common += [TooLarge, RequestTimeout]
        if "application/json" in operation["requestBody"]["content"]:
            common.append(BadRequest)
    if operation.get("security"):
        # Also where nobody needs to sign in: a token that is sent must be good.
        common += [AuthenticationRequired, MissingScope]
    for kind in common:
        status = str(kind.status)
        answers = operation["responses"]
        if status not in answers:
            answers |= {str(code): described for code, described in problems(kind).items()}
        elif f"`{kind.code}`" not in answers[status]["description"]:
            answers[status]["description"] += f" · `{kind.code}`: {kind.title}"
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _drop_what_can_not_come(operation: dict[str, Any]) -> None:
    """Take back the 422 that FastAPI documents for any parameter, where none can be wrong."""
    checked = any(_can_be_wrong(parameter["schema"]) for parameter in operation.get("parameters", []))
    described = operation["responses"].get("422", {}).get("description", "")
    if "requestBody" not in operation and not checked and described == ONLY_FORM:
        del operation["responses"]["422"]


def _can_be_wrong(schema: dict[str, Any]) -> bool:
    """Whether a parameter is more than any text."""
    if "anyOf" in schema:
        return any(_can_be_wrong(kind) for kind in schema["anyOf"])
    return schema.get("type") not in ("string", "null") or bool(CHECKS & set(schema))


def _add_headers(status: str, answer: dict[str, Any]) -> None:
    headers = answer.setdefault("headers", {})
    headers[REQUEST_ID_HEADER] = {"$ref": "#/components/headers/RequestId"}
    if status in HEADERS_BY_STATUS and PROBLEM in answer.get("content", {}):
        name, component = HEADERS_BY_STATUS[status]
        headers[name] = {"$ref": f"#/components/headers/{component}"}


def _say_which_are_ids(schema: dict[str, Any]) -> None:
    """Mark our UUIDs in answers; what comes in is only looked up, and so not refused for its form."""
    for name, field in schema.get("properties", {}).items():
        if (name == "id" or name.endswith("_id")) and field.get("type") == "string":
            field["format"] = "uuid"
