"""What the gateway promises of forwarded routes is what photos takes: same routes, same parameters."""

import json
from typing import Any

import pytest
from fastapi import FastAPI

from gateway.openapi import document
from photos.accounts import routes as accounts
from photos.albums.routes import albums
from photos.albums.routes import share_links as sharing
from photos.intake.routes import resumable as uploads
from photos.library.routes import bulk as library
from photos.library.routes import files, photos
from photos.moderation import routes as admin
from photos.people.routes import comments, social
from photos.pipeline import routes as models
from photos.search.routes import label_counts as labels
from photos.similarity import routes as similar
from photos.tags import routes as tags

ANSWERED_BY_THE_GATEWAY = {
    ("post", "/api/v1/predict"),
    ("get", "/api/v1/events"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}
PROSE = ("title", "description", "examples")


def forwarded() -> list[tuple[str, str]]:
    return sorted(
        (method, path)
        for path, item in json.loads(document())["paths"].items()
        for method in item
        if (method, path) not in ANSWERED_BY_THE_GATEWAY
    )


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    app = FastAPI()
    for routes in (
        accounts,
        admin,
        albums,
        files,
        labels,
        models,
        photos,
        similar,
        uploads,
        social,
        comments,
        tags,
        library,
        sharing,
    ):
        app.include_router(routes.router)
    paths: dict[str, Any] = app.openapi()["paths"]
    return paths


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    paths: dict[str, Any] = json.loads(document())["paths"]
    return paths


def without_prose(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: without_prose(value) for key, value in schema.items() if key not in PROSE}
    return [without_prose(item) for item in schema] if isinstance(schema, list) else schema


def parameters(operation: dict[str, Any], where: str) -> dict[str, Any]:
    return {
        parameter["name"]: without_prose(parameter["schema"])
        for parameter in operation.get("parameters", [])
        if parameter["in"] == where
    }


@pytest.mark.parametrize(("method", "path"), forwarded())
def test_photos_takes_what_the_gateway_promises(
    ours: dict[str, Any], theirs: dict[str, Any], method: str, path: str
) -> None:
    promised, taken = ours[path][method], theirs[path][method]
    assert parameters(promised, "query") == parameters(taken, "query")
    assert parameters(promised, "path").keys() == parameters(taken, "path").keys()


def test_photos_answers_nothing_that_the_gateway_does_not_know(theirs: dict[str, Any]) -> None:
    routes = {(method, path) for path, item in theirs.items() for method in item}
    assert routes - set(forwarded()) == {("post", "/internal/v1/identity")}
