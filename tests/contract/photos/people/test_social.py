"""Likes, comments and reports."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.support.photos.service import PhotosService
from tests.support.photos.social import (
    FORBIDDEN,
    NOT_THERE,
    PHOTOS,
    SIGN_IN,
    USERS,
    comment,
    done,
    suspend,
    texts,
)
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.models import CommentRow, PhotoRow, ReportRow
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.ids import new_id


@pytest.fixture
def photo_id(service: PhotosService, bert: Identity, jpeg: bytes) -> str:
    return service.publish(bert, jpeg, sky=0.9)


# --- likes ----------------------------------------------------------------------------------------


def test_a_like_counts_once(service: PhotosService, anna: Identity, bert: Identity, photo_id: str) -> None:
    for _ in range(2):
        done(service.client(anna).put(f"{PHOTOS}/{photo_id}/like"))
    done(service.client(bert).put(f"{PHOTOS}/{photo_id.upper()}/like"))
    seen = [service.get(viewer, photo_id) for viewer in (anna, ANONYMOUS)]
    assert [(photo["liked"], photo["like_count"]) for photo in seen] == [(True, 2), (False, 2)]
    assert service.client(anna).get("/api/v1/me").json()["counts"]["likes"] == 0
    assert service.client().get(f"{USERS}/bert").json()["counts"]["likes"] == 2
    for _ in range(2):
        done(service.client(anna).delete(f"{PHOTOS}/{photo_id}/like"))
    assert (service.get(anna, photo_id)["liked"], service.get(anna, photo_id)["like_count"]) == (False, 1)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "like", None),
        ("DELETE", "like", None),
        ("GET", "comments", None),
        ("POST", "comments", {"text": "hm"}),
        ("POST", "report", {"reason": "hm"}),
    ],
)
def test_invisible_photo_is_404(
    service: PhotosService, anna: Identity, bert: Identity, method: str, path: str, body: Any
) -> None:
    private = service.publish(bert, make_jpeg(64, 48, 7), {"visibility": "private"})
    trashed = service.publish(bert, make_jpeg(64, 48, 8))
    service.client(bert).delete(f"{PHOTOS}/{trashed}")
    for photo_id in (private, trashed, new_id(), "no-uuid"):
        answer = service.client(anna).request(method, f"{PHOTOS}/{photo_id}/{path}", json=body)
        assert problem(answer) == NOT_THERE
    unlisted = service.publish(bert, make_jpeg(64, 48, 9), {"visibility": "unlisted"})
    answer = service.client(anna).request(method, f"{PHOTOS}/{unlisted}/{path}", json=body)
    assert answer.status_code in (200, 201, 202, 204)


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "photos/{}/like"), ("DELETE", "photos/{}/like"), ("POST", "photos/{}/comments"),
     ("POST", "photos/{}/report"), ("DELETE", "comments/{}")],
)  # fmt: skip
def test_changes_need_the_write_scope(
    service: PhotosService, anna: Identity, photo_id: str, method: str, path: str
) -> None:
    address = "/api/v1/" + path.format(photo_id)
    assert problem(service.client().request(method, address)) == SIGN_IN
    reader = anna.model_copy(update={"session_id": None, "scopes": ("read",)})
    assert problem(service.client(reader).request(method, address)) == (403, "missing_scope")


def test_like_by_a_deleted_user_is_rejected(service: PhotosService, anna: Identity, photo_id: str) -> None:
    ghost = anna.model_copy(update={"user_id": new_id(), "username": "ghost"})
    assert problem(service.client(ghost).put(f"{PHOTOS}/{photo_id}/like")) == SIGN_IN
    answer = service.client(ghost).post(f"{PHOTOS}/{photo_id}/comments", json={"text": "boo"})
    assert problem(answer) == SIGN_IN


# --- comments -------------------------------------------------------------------------------------


def test_comments_are_listed_oldest_first(
    service: PhotosService, anna: Identity, bert: Identity, photo_id: str
) -> None:
    first = comment(service, anna, photo_id, "  Where was this? ")
    assert first["text"] == "Where was this?"
    assert first["author"] == {"username": "anna", "display_name": "anna", "avatar_url": None}
    assert datetime.fromisoformat(first["created_at"]) == service.clock.now
    comment(service, bert, photo_id, "At the lake, ünder the 🌙")
    assert texts(service, ANONYMOUS, photo_id) == ["Where was this?", "At the lake, ünder the 🌙"]
    assert service.get(anna, photo_id)["comment_count"] == 2


def test_comments_are_paged(service: PhotosService, anna: Identity, photo_id: str) -> None:
    written = [comment(service, anna, photo_id, str(number))["id"] for number in range(5)]
    client = service.client()
    first = client.get(f"{PHOTOS}/{photo_id}/comments", params={"limit": 2}).json()
    service.client(anna).delete(f"/api/v1/comments/{written[1]}")  # the cursor's own
    comment(service, anna, photo_id, "late")
    second = client.get(
        f"{PHOTOS}/{photo_id}/comments", params={"limit": 4, "cursor": first["next_cursor"]}
    ).json()
    assert [item["text"] for item in first["items"] + second["items"]] == ["0", "1", "2", "3", "4", "late"]
    assert second["next_cursor"] is None


def test_comment_can_be_deleted_by_author_owner_or_admin(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo_id: str
) -> None:
    dora = service.join("dora")
    for remover in (cleo, bert, anna):  # cleo wrote it, bert owns the photo, anna is the admin
        address = f"/api/v1/comments/{comment(service, cleo, photo_id)['id']}"
        assert problem(service.client(dora).delete(address)) == FORBIDDEN
        assert service.get(anna, photo_id)["comment_count"] == 1
        done(service.client(remover).delete(address))
        assert problem(service.client(remover).delete(address)) == NOT_THERE
        assert service.get(anna, photo_id)["comment_count"] == 0
    weaker = anna.model_copy(update={"session_id": None, "scopes": ("read", "write")})
    address = f"/api/v1/comments/{comment(service, cleo, photo_id)['id']}"
    assert problem(service.client(weaker).delete(address)) == FORBIDDEN
    for unknown in (new_id(), "no-uuid"):
        assert problem(service.client(anna).delete(f"/api/v1/comments/{unknown}")) == NOT_THERE


def test_comment_on_an_invisible_photo_is_404(
    service: PhotosService, anna: Identity, cleo: Identity, bert: Identity, photo_id: str
) -> None:
    address = f"/api/v1/comments/{comment(service, cleo, photo_id)['id']}"
    with Session(service.services.database.engine) as session:
        session.execute(update(PhotoRow).where(PhotoRow.id == photo_id).values(visibility="private"))
        session.commit()
    for stranger in (cleo, anna):
        assert problem(service.client(stranger).delete(address)) == NOT_THERE
    done(service.client(bert).delete(address))


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\0b", 5, None, ["a"]])
@pytest.mark.parametrize(("path", "field"), [("comments", "text"), ("report", "reason")])
def test_invalid_texts_are_rejected(
    service: PhotosService, anna: Identity, photo_id: str, path: str, field: str, text: Any
) -> None:
    answer = service.client(anna).post(f"{PHOTOS}/{photo_id}/{path}", json={field: text})
    assert problem(answer) == (422, "validation_failed")
    assert service.get(anna, photo_id)["comment_count"] == 0


def test_a_comment_may_have_2000_characters(service: PhotosService, anna: Identity, photo_id: str) -> None:
    assert len(comment(service, anna, photo_id, "ü" * 2000)["text"]) == 2000


def test_comments_of_suspended_users_are_left_out(
    service: PhotosService, anna: Identity, cleo: Identity, photo_id: str
) -> None:
    comment(service, cleo, photo_id, "by cleo")
    suspend(service, cleo)
    assert texts(service, ANONYMOUS, photo_id) == texts(service, anna, photo_id) == []
    assert texts(service, cleo, photo_id) == ["by cleo"]
    with Session(service.services.database.engine) as session:
        assert len(session.scalars(select(CommentRow)).all()) == 1


# --- reports --------------------------------------------------------------------------------------


def test_one_open_report_per_user_and_photo(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo_id: str
) -> None:
    def report(caller: Identity, reason: str) -> httpx.Response:
        return service.client(caller).post(f"{PHOTOS}/{photo_id}/report", json={"reason": reason})

    for reason in ("first", "second"):
        answer = report(anna, reason)
        assert (answer.status_code, answer.content) == (202, b"")
    assert report(cleo, "third").status_code == 202
    assert problem(report(bert, "mine")) == (422, "cannot_report_own")
    with Session(service.services.database.engine) as session:
        rows = session.scalars(select(ReportRow).order_by(ReportRow.reason)).all()
        assert [row.reason for row in rows] == ["first", "third"]
        session.execute(update(ReportRow).values(resolved_at=service.clock()))
        session.commit()
    assert report(anna, "once more").status_code == 202
    with Session(service.services.database.engine) as session:
        assert len(session.scalars(select(ReportRow)).all()) == 3
