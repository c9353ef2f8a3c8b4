"""The table of operations that the gateway forwards is what photos declares."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from tests.support.paths import REPOSITORY

from gateway.forwarding.endpoints import ENDPOINTS
from gateway.openapi import document
from gateway.operations import forwarded_operations
from photos import openapi
from photos.accounts.routes import internal_router
from photos.app import add_public_routes
from vignette_shared.http.operations import EXTENSION

TABLE = REPOSITORY / "services" / "gateway" / "src" / "gateway" / "operations.json"
ANSWERED_BY_THE_GATEWAY = {
    ("POST", "/api/v1/predict"),
    ("GET", "/api/v1/events"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
}


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    app = FastAPI()
    add_public_routes(app)
    app.include_router(internal_router)
    paths: dict[str, Any] = app.openapi()["paths"]
    return paths


def test_committed_table_is_current() -> None:
    assert TABLE.read_text() == openapi.document(), "run `make openapi`"


def test_every_public_operation_is_forwarded_or_answered_by_the_gateway(declared: dict[str, Any]) -> None:
    forwarded = {(operation.method, operation.path) for operation in forwarded_operations()}
    assert forwarded == {(method.upper(), path) for path, item in declared.items() for method in item}
    documented = {
        (method.upper(), path) for path, item in json.loads(document())["paths"].items() for method in item
    }
    assert documented == forwarded | ANSWERED_BY_THE_GATEWAY


def test_gateway_endpoints_belong_to_forwarded_operations() -> None:
    assert ENDPOINTS.keys() <= {operation.id for operation in forwarded_operations()}


def test_declarations_stay_out_of_the_public_document() -> None:
    assert EXTENSION not in document()
