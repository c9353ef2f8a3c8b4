"""Likes, comments, follows and blocks: requests to the photos service and the state they lead to."""

from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import update
from sqlalchemy.orm import Session
from tests.support.photos.service import PhotosService

from photos.models import PhotoRow, UserRow
from vignette_shared.contracts.identity import Identity

PHOTOS = "/api/v1/photos"
USERS = "/api/v1/users"
NOT_THERE = (404, "not_found")
FORBIDDEN = (403, "forbidden")
SIGN_IN = (401, "authentication_required")


def done(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.content) == (204, b"")


def follow(service: PhotosService, caller: Identity, username: str) -> httpx.Response:
    service.clock.forward(seconds=1)
    return service.client(caller).put(f"{USERS}/{username}/follow")


def block(service: PhotosService, caller: Identity, username: str) -> None:
    done(service.client(caller).put(f"{USERS}/{username}/block"))


def names(service: PhotosService, caller: Identity, path: str, **query: Any) -> list[str]:
    answer = service.client(caller).get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return [person["username"] for person in answer.json()["items"]]


def feed(service: PhotosService, caller: Identity) -> list[str]:
    return [photo["id"] for photo in service.client(caller).get("/api/v1/feed").json()["items"]]


def comment(
    service: PhotosService, caller: Identity, photo_id: str, text: str = "What a light!"
) -> dict[str, Any]:
    service.clock.forward(seconds=1)
    answer = service.client(caller).post(f"{PHOTOS}/{photo_id}/comments", json={"text": text})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def texts(service: PhotosService, caller: Identity, photo_id: str) -> list[str]:
    answer = service.client(caller).get(f"{PHOTOS}/{photo_id}/comments")
    assert answer.status_code == 200, answer.text
    return [item["text"] for item in answer.json()["items"]]


def suspend(service: PhotosService, person: Identity, *, but: bool = False) -> None:
    """Suspend someone, or take that back, as the admin's route does."""
    with Session(service.services.database.engine) as session:
        moment = None if but else datetime(2026, 3, 2, tzinfo=UTC)
        session.execute(update(UserRow).where(UserRow.id == person.user_id).values(suspended_at=moment))
        session.execute(update(PhotoRow).where(PhotoRow.owner_id == person.user_id).values(hidden_at=moment))
        session.commit()
