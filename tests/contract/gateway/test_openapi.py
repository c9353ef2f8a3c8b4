"""The OpenAPI document: valid, complete, current, with valid examples."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from pydantic import BaseModel
from tests.support.paths import REPOSITORY

from gateway.openapi import document
from vignette_shared.contracts import api
from vignette_shared.contracts.api.examples import EXAMPLES

METHODS = ("get", "post", "put", "patch", "delete")
WANTED = {
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/logout"),
    ("GET", "/api/v1/me"),
    ("PATCH", "/api/v1/me"),
    ("DELETE", "/api/v1/me"),
    ("POST", "/api/v1/me/password"),
    ("GET", "/api/v1/me/api-keys"),
    ("POST", "/api/v1/me/api-keys"),
    ("DELETE", "/api/v1/me/api-keys/{key_id}"),
    ("GET", "/api/v1/users/{username}"),
    ("GET", "/api/v1/admin/reports"),
    ("POST", "/api/v1/admin/reports/{report_id}/resolve"),
    ("GET", "/api/v1/admin/users"),
    ("PATCH", "/api/v1/admin/users/{username}"),
    ("GET", "/api/v1/admin/queues"),
    ("GET", "/api/v1/admin/dead-letters"),
    ("POST", "/api/v1/admin/dead-letters/{letter_id}/retry"),
    ("DELETE", "/api/v1/admin/dead-letters/{letter_id}"),
    ("POST", "/api/v1/photos"),
    ("GET", "/api/v1/photos"),
    ("GET", "/api/v1/photos/{photo_id}"),
    ("GET", "/api/v1/photos/{photo_id}/similar"),
    ("GET", "/api/v1/photos/{photo_id}/explain"),
    ("DELETE", "/api/v1/photos/{photo_id}"),
    ("GET", "/api/v1/photos/{photo_id}/file"),
    ("PATCH", "/api/v1/photos/{photo_id}"),
    ("POST", "/api/v1/photos/{photo_id}/restore"),
    ("POST", "/api/v1/photos/{photo_id}/retag"),
    ("POST", "/api/v1/photos/bulk"),
    ("GET", "/api/v1/me/trash"),
    ("POST", "/api/v1/albums"),
    ("GET", "/api/v1/albums"),
    ("GET", "/api/v1/albums/{album_id}"),
    ("PATCH", "/api/v1/albums/{album_id}"),
    ("DELETE", "/api/v1/albums/{album_id}"),
    ("PATCH", "/api/v1/albums/{album_id}/photos"),
    ("PUT", "/api/v1/albums/{album_id}/photos/{photo_id}"),
    ("DELETE", "/api/v1/albums/{album_id}/photos/{photo_id}"),
    ("POST", "/api/v1/albums/{album_id}/share-links"),
    ("GET", "/api/v1/albums/{album_id}/share-links"),
    ("DELETE", "/api/v1/albums/{album_id}/share-links/{link_id}"),
    ("GET", "/api/v1/s/{token}"),
    ("GET", "/api/v1/s/{token}/photos"),
    ("POST", "/api/v1/s/{token}/unlock"),
    ("GET", "/api/v1/tags"),
    ("PUT", "/api/v1/photos/{photo_id}/tags/{label}"),
    ("DELETE", "/api/v1/photos/{photo_id}/tags/{label}"),
    ("PUT", "/api/v1/photos/{photo_id}/like"),
    ("DELETE", "/api/v1/photos/{photo_id}/like"),
    ("GET", "/api/v1/photos/{photo_id}/comments"),
    ("POST", "/api/v1/photos/{photo_id}/comments"),
    ("DELETE", "/api/v1/comments/{comment_id}"),
    ("POST", "/api/v1/photos/{photo_id}/report"),
    ("PUT", "/api/v1/users/{username}/follow"),
    ("DELETE", "/api/v1/users/{username}/follow"),
    ("GET", "/api/v1/users/{username}/followers"),
    ("GET", "/api/v1/users/{username}/following"),
    ("PUT", "/api/v1/users/{username}/block"),
    ("DELETE", "/api/v1/users/{username}/block"),
    ("GET", "/api/v1/me/blocks"),
    ("GET", "/api/v1/feed"),
    ("GET", "/api/v1/tags/suggest"),
    ("GET", "/api/v1/models"),
    ("GET", "/api/v1/models/compare"),
    ("GET", "/api/v1/models/{version}"),
    ("POST", "/api/v1/predict"),
    ("GET", "/api/v1/events"),
    ("POST", "/api/v1/uploads"),
    ("PATCH", "/api/v1/uploads/{upload_id}"),
    ("DELETE", "/api/v1/uploads/{upload_id}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
}


@pytest.fixture(scope="module")
def exported() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(document())
    return parsed


def operations(exported: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, item in exported["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_document_is_valid_openapi(exported: dict[str, Any]) -> None:
    validate(exported)


def test_document_lists_exactly_these_operations(exported: dict[str, Any]) -> None:
    assert {(method, path) for method, path, _ in operations(exported)} == WANTED


def test_every_operation_has_an_id_a_summary_and_described_responses(exported: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(exported)]
    assert len(set(names)) == len(names)
    for _, _, operation in operations(exported):
        assert operation["summary"]
        assert len(operation["tags"]) == 1
        assert all(
            answer["description"] != "Successful Response" for answer in operation["responses"].values()
        )


def test_every_error_is_a_problem_with_codes(exported: dict[str, Any]) -> None:
    for _, path, operation in operations(exported):
        for status, answer in operation["responses"].items():
            if status >= "400" and path != "/readyz":
                assert list(answer["content"]) == ["application/problem+json"], (path, status)
                assert "`" in answer["description"]


def test_bodies_document_413_and_writes_document_bad_origin(exported: dict[str, Any]) -> None:
    for method, path, operation in operations(exported):
        if "requestBody" in operation:
            assert "413" in operation["responses"], path
        if method in ("POST", "DELETE"):
            assert "bad_origin" in operation["responses"]["403"]["description"], path


def test_streamed_upload_is_documented(exported: dict[str, Any]) -> None:
    upload = exported["paths"]["/api/v1/photos"]["post"]
    form = upload["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["required"] == ["file"]
    assert set(form["properties"]) == {"file", "title", "description", "visibility", "tags", "album_id"}
    assert upload["responses"]["201"]["headers"]["Location"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_match_their_models(name: str) -> None:
    model: type[BaseModel] = getattr(api, name)
    example = EXAMPLES[name]
    assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example


def test_committed_document_is_current() -> None:
    committed = REPOSITORY / "web" / "openapi.json"
    assert committed.read_text() == document(), "run `python -m gateway.openapi web/openapi.json`"


def test_export_needs_no_settings(tmp_path: Path) -> None:
    out = tmp_path / "openapi.json"
    subprocess.run([sys.executable, "-m", "gateway.openapi", str(out)], check=True, env={}, cwd=tmp_path)
    assert out.read_text() == document()


def test_document_describes_problems_instead_of_fastapi_errors(exported: dict[str, Any]) -> None:
    assert "Problem" in exported["components"]["schemas"]
    assert "HTTPValidationError" not in exported["components"]["schemas"]
