"""Every error is rendered as a problem document with the request id."""

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, generate_latest
from pydantic import BaseModel

from vignette_shared.errors import NotFound, RateLimited
from vignette_shared.http.app import make_app
from vignette_shared.http.problems import problems


class Body(BaseModel):
    count: int


REGISTRY = CollectorRegistry()


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = make_app("test", registry=REGISTRY)

    @app.get("/missing", responses=problems(NotFound))
    async def missing() -> None:
        raise NotFound("No photo has this id.")

    @app.get("/limited")
    async def limited() -> None:
        raise RateLimited("Slow down.", retry_after=7, limit=60)

    @app.get("/bug")
    async def bug() -> None:
        raise ZeroDivisionError("a secret of the inside")

    @app.post("/body")
    async def body(body: Body) -> int:
        return body.count

    return app


async def ask(app: FastAPI, method: str, path: str, **options: object) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, path, **options)  # type: ignore[arg-type]


def fetch(app: FastAPI, method: str, path: str, **options: object) -> httpx.Response:
    import asyncio  # noqa: PLC0415

    return asyncio.run(ask(app, method, path, **options))


def test_vignette_error_renders_as_problem_document(app: FastAPI) -> None:
    answer = fetch(app, "GET", "/missing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "not_found"
    assert body["detail"] == "No photo has this id."
    assert body["request_id"] == answer.headers["x-request-id"]


def test_retry_after_and_extra_members_are_rendered(app: FastAPI) -> None:
    answer = fetch(app, "GET", "/limited")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["limit"]) == (429, "7", 60)


def test_unexpected_error_reveals_only_the_request_id(app: FastAPI) -> None:
    answer = fetch(app, "GET", "/bug")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text


def test_invalid_fields_are_named(app: FastAPI) -> None:
    answer = fetch(app, "POST", "/body", json={"count": "many"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "validation_failed"
    assert answer.json()["errors"][0]["field"] == "count"


@pytest.mark.parametrize(
    ("method", "path", "code"), [("GET", "/no", "not_found"), ("PUT", "/body", "method_not_allowed")]
)
def test_framework_errors_render_as_problem_documents(
    app: FastAPI, method: str, path: str, code: str
) -> None:
    answer = fetch(app, method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code


def test_valid_request_id_is_kept_and_malformed_one_replaced(app: FastAPI) -> None:
    given = fetch(app, "GET", "/missing", headers={"X-Request-ID": "client-id-0001"})
    assert given.json()["request_id"] == "client-id-0001"
    forged = fetch(app, "GET", "/missing", headers={"X-Request-ID": "bad id\tinjected"})
    assert forged.headers["x-request-id"] != "bad id\tinjected"


def test_openapi_document_describes_problems(app: FastAPI) -> None:
    document = app.openapi()
    described = document["paths"]["/missing"]["get"]["responses"]["404"]
    assert described["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_requests_are_counted_by_route(app: FastAPI) -> None:
    fetch(app, "GET", "/limited")
    assert b'route="/limited",status="429"' in generate_latest(REGISTRY)
