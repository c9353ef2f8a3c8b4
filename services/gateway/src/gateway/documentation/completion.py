"""What follows from an operation's declaration: credentials, common errors, headers and examples."""

from collections.abc import Iterator
from typing import Any

from gateway.sessions import COOKIE
from vignette_shared.contracts.api import Problem
from vignette_shared.contracts.api.examples import example_of
from vignette_shared.errors import (
    AuthenticationRequired,
    BadCursor,
    BadOrigin,
    BadRequest,
    Forbidden,
    MissingScope,
    RateLimited,
    RequestTimeout,
    ServiceUnavailable,
    TooLarge,
    ValidationFailed,
    VignetteError,
)
from vignette_shared.http.access import SAFE_METHODS
from vignette_shared.http.operations import EXTENSION, Declaration
from vignette_shared.http.problems import MEDIA_TYPE, problems
from vignette_shared.observability.context import REQUEST_ID_HEADER

# Documented here and not by FastAPI's security dependencies, which would cost every request a fifth of its
# time and decide nothing: `Sessions` reads the headers itself, because a wrong token must not pass for none.
SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The `access_token` of a login, or an API key (`vgn_…`) with the required scope.",
    },
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by a login."},
}
SIGNED_IN: list[dict[str, list[str]]] = [{name: []} for name in SECURITY_SCHEMES]
HEADERS = {
    "RequestId": {
        "description": "ID of the request in logs and problems. An ID sent with the request is kept.",
        "schema": {"type": "string"},
        "example": "019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11",
    },
    "RetryAfter": {
        "description": "Seconds to wait before a retry.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 30,
    },
    "Challenge": {"description": "`Bearer`", "schema": {"type": "string"}, "example": "Bearer"},
}
HEADERS_BY_STATUS = {"401": ("WWW-Authenticate", "Challenge"), "429": ("Retry-After", "RetryAfter")}
CONSTRAINTS = frozenset({"enum", "const", "format", "maxLength", "minLength", "pattern"})
ECHOES = frozenset({"Problem", "BulkOutcome"})
"""Schemas whose ids may be any text that a client sent."""
JSON = "application/json"
REF = "#/components/schemas/"


def complete(document: dict[str, Any]) -> None:
    """Replace each operation's declaration with the responses, headers and examples that it implies."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = SECURITY_SCHEMES
    components["headers"] = HEADERS
    schemas = components["schemas"]
    _add_problem_schema(schemas)
    document["servers"] = [{"url": "/", "description": "This site"}]
    for path, method, operation in _operations(document):
        declaration = Declaration(**operation.pop(EXTENSION))
        _drop_default_422(operation["responses"])
        if path.startswith("/api/"):
            _add_security(operation, declaration)
            _add_errors(operation, _implied_errors(operation, declaration, method))
        _add_examples(operation)
        for status, answer in operation["responses"].items():
            _add_headers(status, answer)
    for name, schema in schemas.items():
        if name not in ECHOES:
            _mark_ids(schema)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        yield from ((path, method.upper(), operation) for method, operation in item.items())


def _add_problem_schema(schemas: dict[str, Any]) -> None:
    schema = Problem.model_json_schema(ref_template=REF + "{model}")
    schemas |= schema.pop("$defs", {}) | {"Problem": schema}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)


def _drop_default_422(responses: dict[str, Any]) -> None:
    """Remove FastAPI's own 422, which no route answers."""
    if JSON in responses.get("422", {}).get("content", {}):
        del responses["422"]


def _add_security(operation: dict[str, Any], declaration: Declaration) -> None:
    match declaration.access:
        case "open":
            pass
        case "anyone":
            # OpenAPI states that credentials are optional by an empty alternative.
            operation["security"] = [*SIGNED_IN, {}]
        case _:
            operation["security"] = SIGNED_IN


def _implied_errors(
    operation: dict[str, Any], declaration: Declaration, method: str
) -> Iterator[type[VignetteError]]:
    yield RateLimited
    yield ServiceUnavailable
    if declaration.access != "open":
        # Also where credentials are optional: those that are sent must be valid.
        yield AuthenticationRequired
        yield MissingScope
    if declaration.access in ("session", "admin"):
        yield Forbidden
    if method not in SAFE_METHODS:
        yield BadOrigin
    parameters = operation.get("parameters", [])
    if any(parameter["name"] == "cursor" for parameter in parameters):
        yield BadCursor
    json_body = False
    if "requestBody" in operation:
        yield TooLarge
        yield RequestTimeout
        if json_body := JSON in operation["requestBody"]["content"]:
            yield BadRequest
    if json_body or any(_is_constrained(parameter["schema"]) for parameter in parameters):
        yield ValidationFailed


def _is_constrained(schema: dict[str, Any]) -> bool:
    """Whether a parameter's schema refuses some text."""
    if "anyOf" in schema:
        return any(_is_constrained(alternative) for alternative in schema["anyOf"])
    return schema.get("type") not in ("string", "null") or bool(CONSTRAINTS & set(schema))


def _add_errors(operation: dict[str, Any], errors: Iterator[type[VignetteError]]) -> None:
    responses = operation["responses"]
    for error in errors:
        status = str(error.status)
        if status not in responses:
            responses |= {str(code): described for code, described in problems(error).items()}
        elif f"`{error.code}`" not in responses[status]["description"]:
            responses[status]["description"] += f" · `{error.code}`: {error.title}"
    operation["responses"] = dict(sorted(responses.items()))


def _add_examples(operation: dict[str, Any]) -> None:
    """Show the example of each JSON body, taken from its model."""
    body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
    if "$ref" in body:
        body["examples"] = [example_of(body["$ref"].removeprefix(REF))]
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get(JSON, {})
        if status.startswith("2") and "$ref" in content.get("schema", {}):
            content["example"] = example_of(content["schema"]["$ref"].removeprefix(REF))


def _add_headers(status: str, answer: dict[str, Any]) -> None:
    headers = answer.setdefault("headers", {})
    headers[REQUEST_ID_HEADER] = {"$ref": "#/components/headers/RequestId"}
    if status in HEADERS_BY_STATUS and MEDIA_TYPE in answer.get("content", {}):
        name, component = HEADERS_BY_STATUS[status]
        headers[name] = {"$ref": f"#/components/headers/{component}"}


def _mark_ids(schema: dict[str, Any]) -> None:
    """Mark ids in answers as UUIDs. Ids in requests are only looked up, so any text is accepted."""
    for name, field in schema.get("properties", {}).items():
        if (name == "id" or name.endswith("_id")) and field.get("type") == "string":
            field["format"] = "uuid"
