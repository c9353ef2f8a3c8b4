"""Following, blocking, liking, commenting, reporting."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.conftest import make_jpeg
from tests.support.photos import House

from photos.models import CommentRow, PhotoRow, ReportRow, UserRow
from photos.service import social
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.ids import new_id

PHOTOS = "/api/v1/photos"
USERS = "/api/v1/users"
NOT_THERE = (404, "not_found")
FORBIDDEN = (403, "forbidden")
SIGN_IN = (401, "authentication_required")


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def done(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.content) == (204, b"")


def follow(house: House, caller: Identity, username: str) -> httpx.Response:
    house.clock.forward(seconds=1)
    return house.client(caller).put(f"{USERS}/{username}/follow")


def block(house: House, caller: Identity, username: str) -> None:
    done(house.client(caller).put(f"{USERS}/{username}/block"))


def names(house: House, caller: Identity, path: str, **query: Any) -> list[str]:
    answer = house.client(caller).get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return [person["username"] for person in answer.json()["items"]]


def feed(house: House, caller: Identity) -> list[str]:
    return [photo["id"] for photo in house.client(caller).get("/api/v1/feed").json()["items"]]


def comment(house: House, caller: Identity, photo_id: str, text: str = "What a light!") -> dict[str, Any]:
    house.clock.forward(seconds=1)
    answer = house.client(caller).post(f"{PHOTOS}/{photo_id}/comments", json={"text": text})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def texts(house: House, caller: Identity, photo_id: str) -> list[str]:
    answer = house.client(caller).get(f"{PHOTOS}/{photo_id}/comments")
    assert answer.status_code == 200, answer.text
    return [item["text"] for item in answer.json()["items"]]


def suspend(house: House, person: Identity, *, but: bool = False) -> None:
    """Suspend someone, or take that back, as the admin's route does."""
    with Session(house.services.database.engine) as session:
        moment = None if but else datetime(2026, 3, 2, tzinfo=UTC)
        session.execute(update(UserRow).where(UserRow.id == person.user_id).values(suspended_at=moment))
        session.execute(update(PhotoRow).where(PhotoRow.owner_id == person.user_id).values(hidden_at=moment))
        session.commit()


@pytest.fixture
def cleo(house: House, bert: Identity) -> Identity:
    return house.join("cleo")


@pytest.fixture
def photo_id(house: House, bert: Identity, jpeg: bytes) -> str:
    return house.publish(bert, jpeg, sky=0.9)


# --- following ------------------------------------------------------------------------------------


def test_following_is_repeatable_and_seen_from_both_sides(
    house: House, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    for _ in range(2):
        done(follow(house, bert, "ANNA"))
        done(follow(house, cleo, "anna"))
    done(follow(house, bert, "cleo"))
    for viewer in (ANONYMOUS, anna):
        assert names(house, viewer, "users/anna/followers") == ["cleo", "bert"]
        assert names(house, viewer, "users/bert/following") == ["cleo", "anna"]
    profile = house.client(bert).get(f"{USERS}/anna").json()
    assert (profile["followed"], profile["follows_you"], profile["counts"]["followers"]) == (True, False, 2)
    for _ in range(2):
        done(house.client(bert).delete(f"{USERS}/anna/follow"))
    assert names(house, ANONYMOUS, "users/anna/followers") == ["cleo"]
    person = house.client().get(f"{USERS}/anna/followers").json()["items"][0]
    assert person == {"username": "cleo", "display_name": "cleo", "avatar_url": None}


def test_who_can_not_be_followed(house: House, anna: Identity, bert: Identity) -> None:
    assert problem(follow(house, anna, "anna")) == (422, "cannot_follow_self")
    for name in ("nobody", "x", "a%00b", "%C3%A9", "a" * 300):
        assert problem(follow(house, anna, name)) == NOT_THERE
        assert problem(house.client(anna).delete(f"{USERS}/{name}/follow")) == NOT_THERE
        assert problem(house.client().get(f"{USERS}/{name}/followers")) == NOT_THERE
    assert problem(follow(house, ANONYMOUS, "anna")) == SIGN_IN
    suspend(house, bert)
    assert problem(follow(house, anna, "bert")) == NOT_THERE


def test_one_follows_a_limited_number(
    house: House, anna: Identity, bert: Identity, cleo: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(social, "MAX_FOLLOWS", 1)
    done(follow(house, anna, "bert"))
    done(follow(house, anna, "bert"))
    assert problem(follow(house, anna, "cleo")) == (409, "too_many_follows")


def test_people_come_in_pages_that_neither_repeat_nor_miss(house: House, anna: Identity) -> None:
    people = [house.join(f"fan{number}") for number in range(5)]
    house.clock.forward(seconds=1)
    for person in people:  # all at one instant
        done(house.client(person).put(f"{USERS}/anna/follow"))
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = house.client().get(f"{USERS}/anna/followers", params=query).json()
        found += [person["username"] for person in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(found) == [f"fan{number}" for number in range(5)]
    for path in ("users/anna/followers", "users/anna/following", "feed", "me/blocks"):
        answer = house.client(anna).get(f"/api/v1/{path}", params={"cursor": "nonsense"})
        assert problem(answer) == (400, "bad_cursor")
        answer = house.client(anna).get(f"/api/v1/{path}", params={"limit": 0})
        assert problem(answer) == (422, "validation_failed")


def test_suspended_people_are_left_out_and_come_back(
    house: House, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    shown = house.publish(bert, make_jpeg(64, 48, 1), sky=0.9)
    comment(house, bert, shown, "by bert")
    done(follow(house, bert, "anna"))
    done(follow(house, anna, "bert"))
    suspend(house, bert)
    assert names(house, ANONYMOUS, "users/anna/followers") == []
    assert names(house, anna, "users/anna/following") == []
    assert problem(house.client().get(f"{USERS}/bert/followers")) == NOT_THERE
    assert feed(house, anna) == []
    suspend(house, bert, but=True)
    assert names(house, ANONYMOUS, "users/anna/followers") == ["bert"]
    assert feed(house, anna) == [shown]


# --- the feed of whom one follows -----------------------------------------------------------------


def test_the_feed_holds_what_is_listed_of_those_whom_one_follows(
    house: House, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    first = house.publish(bert, make_jpeg(64, 48, 1), sky=0.9, female=0.8)
    for visibility in ("unlisted", "private"):
        house.publish(bert, make_jpeg(64, 48, len(visibility)), {"visibility": visibility}, sky=0.9)
    house.post(bert, make_jpeg(64, 48, 20))  # pending
    trashed = house.publish(bert, make_jpeg(64, 48, 21), sky=0.9)
    house.client(bert).delete(f"{PHOTOS}/{trashed}")
    second = house.publish(cleo, make_jpeg(64, 48, 22), sky=0.9)
    house.publish(anna, make_jpeg(64, 48, 23), sky=0.9)
    assert feed(house, anna) == []
    done(follow(house, anna, "bert"))
    done(follow(house, anna, "cleo"))
    assert feed(house, anna) == [second, first]
    done(house.client(anna).put(f"{PHOTOS}/{first}/like"))
    shown = house.client(anna).get("/api/v1/feed").json()["items"][1]
    assert (shown["liked"], shown["like_count"], [tag["label"] for tag in shown["tags"]]) == (
        True,
        1,
        ["sky"],
    )
    done(house.client(anna).delete(f"{USERS}/bert/follow"))
    assert feed(house, anna) == [second]
    assert problem(house.client().get("/api/v1/feed")) == SIGN_IN


def test_pages_of_the_feed_are_those_of_one_long_list(
    house: House, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    people = [bert, cleo, house.join("dora"), house.join("emil")]
    for person in people[:3]:
        done(follow(house, anna, person.username or ""))
    ids = []
    for number in range(14):  # bert takes five in a row, emil is not followed
        owner = people[0] if 4 <= number < 9 else people[number % 4]
        shown = house.publish(owner, make_jpeg(32, 24, number), sky=0.9)
        if owner is not people[3]:
            ids.append(shown)
    for limit in (1, 2, 3, 7, 200):
        found: list[str] = []
        query: dict[str, Any] = {"limit": limit}
        while True:
            page = house.client(anna).get("/api/v1/feed", params=query).json()
            assert len(page["items"]) <= limit
            found += [photo["id"] for photo in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert found == ids[::-1]


# --- blocking -------------------------------------------------------------------------------------


def test_a_block_ends_follows_both_ways_and_keeps_the_blocked_away(
    house: House, anna: Identity, bert: Identity, photo_id: str
) -> None:
    mine = comment(house, anna, photo_id)
    done(house.client(anna).put(f"{PHOTOS}/{photo_id}/like"))
    done(follow(house, anna, "bert"))
    done(follow(house, bert, "anna"))
    for _ in range(2):
        block(house, bert, "anna")
    assert names(house, bert, "me/blocks") == ["anna"]
    for name in ("anna", "bert"):
        assert names(house, ANONYMOUS, f"users/{name}/followers") == []
    client = house.client(anna)
    refused = [
        client.put(f"{USERS}/bert/follow"),
        client.put(f"{PHOTOS}/{photo_id}/like"),
        client.post(f"{PHOTOS}/{photo_id}/comments", json={"text": "again"}),
    ]
    for answer in refused:
        assert problem(answer) == FORBIDDEN
        assert "block" not in answer.text
    assert house.get(anna, photo_id)["like_count"] == 1  # what was before stays
    done(client.delete(f"{PHOTOS}/{photo_id}/like"))
    done(client.delete(f"/api/v1/comments/{mine['id']}"))
    done(client.delete(f"{USERS}/bert/follow"))
    assert problem(house.client(bert).put(f"{USERS}/anna/follow")) == FORBIDDEN
    for _ in range(2):
        done(house.client(bert).delete(f"{USERS}/anna/block"))
    assert names(house, bert, "me/blocks") == []
    done(follow(house, anna, "bert"))


def test_the_blocked_are_in_none_of_the_blockers_lists(
    house: House, anna: Identity, bert: Identity, cleo: Identity, photo_id: str
) -> None:
    theirs = house.publish(cleo, make_jpeg(64, 48, 5), sky=0.9)
    done(follow(house, bert, "anna"))
    done(follow(house, cleo, "anna"))
    done(follow(house, anna, "cleo"))
    block(house, bert, "cleo")
    assert names(house, bert, "users/anna/followers") == ["bert"]
    assert names(house, bert, "users/anna/following") == []
    elsewhere = house.publish(anna, make_jpeg(64, 48, 6), sky=0.9)
    comment(house, cleo, elsewhere, "by cleo")
    assert texts(house, bert, elsewhere) == []
    for query in ({}, {"user": "cleo"}, {"tag": "sky"}):
        listed = [photo["id"] for photo in house.client(bert).get(PHOTOS, params=query).json()["items"]]
        assert theirs not in listed
    assert house.get(bert, theirs)["id"] == theirs
    for other in (cleo, anna, ANONYMOUS):
        assert texts(house, other, elsewhere) == ["by cleo"]
        assert names(house, other, "users/anna/followers") == ["cleo", "bert"]


def test_comments_of_the_blocked_are_gone_from_the_blockers_photos_but_for_their_author(
    house: House, anna: Identity, bert: Identity, cleo: Identity, photo_id: str
) -> None:
    comment(house, cleo, photo_id, "by cleo")
    comment(house, anna, photo_id, "by anna")
    block(house, bert, "cleo")
    for other in (bert, anna, ANONYMOUS):
        assert texts(house, other, photo_id) == ["by anna"]
    assert texts(house, cleo, photo_id) == ["by cleo", "by anna"]
    assert house.get(anna, photo_id)["comment_count"] == 2
    done(house.client(bert).delete(f"{USERS}/cleo/block"))
    assert texts(house, anna, photo_id) == ["by cleo", "by anna"]


def test_who_can_not_be_blocked(house: House, anna: Identity) -> None:
    client = house.client(anna)
    assert problem(client.put(f"{USERS}/anna/block")) == (422, "cannot_block_self")
    assert problem(client.put(f"{USERS}/nobody/block")) == NOT_THERE
    assert problem(client.delete(f"{USERS}/nobody/block")) == NOT_THERE
    assert problem(house.client().put(f"{USERS}/anna/block")) == SIGN_IN
    assert problem(house.client().get("/api/v1/me/blocks")) == SIGN_IN


# --- likes ----------------------------------------------------------------------------------------


def test_a_like_counts_once(house: House, anna: Identity, bert: Identity, photo_id: str) -> None:
    for _ in range(2):
        done(house.client(anna).put(f"{PHOTOS}/{photo_id}/like"))
    done(house.client(bert).put(f"{PHOTOS}/{photo_id.upper()}/like"))
    seen = [house.get(viewer, photo_id) for viewer in (anna, ANONYMOUS)]
    assert [(photo["liked"], photo["like_count"]) for photo in seen] == [(True, 2), (False, 2)]
    assert house.client(anna).get("/api/v1/me").json()["counts"]["likes"] == 0
    assert house.client().get(f"{USERS}/bert").json()["counts"]["likes"] == 2
    for _ in range(2):
        done(house.client(anna).delete(f"{PHOTOS}/{photo_id}/like"))
    assert (house.get(anna, photo_id)["liked"], house.get(anna, photo_id)["like_count"]) == (False, 1)


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
def test_what_one_can_not_see_is_not_there(
    house: House, anna: Identity, bert: Identity, method: str, path: str, body: Any
) -> None:
    private = house.publish(bert, make_jpeg(64, 48, 7), {"visibility": "private"})
    trashed = house.publish(bert, make_jpeg(64, 48, 8))
    house.client(bert).delete(f"{PHOTOS}/{trashed}")
    for photo_id in (private, trashed, new_id(), "no-uuid"):
        answer = house.client(anna).request(method, f"{PHOTOS}/{photo_id}/{path}", json=body)
        assert problem(answer) == NOT_THERE
    unlisted = house.publish(bert, make_jpeg(64, 48, 9), {"visibility": "unlisted"})
    answer = house.client(anna).request(method, f"{PHOTOS}/{unlisted}/{path}", json=body)
    assert answer.status_code in (200, 201, 202, 204)


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "photos/{}/like"), ("DELETE", "photos/{}/like"), ("POST", "photos/{}/comments"),
     ("POST", "photos/{}/report"), ("DELETE", "comments/{}")],
)  # fmt: skip
def test_changes_want_a_sign_in_with_the_scope(
    house: House, anna: Identity, photo_id: str, method: str, path: str
) -> None:
    address = "/api/v1/" + path.format(photo_id)
    assert problem(house.client().request(method, address)) == SIGN_IN
    reader = anna.model_copy(update={"session_id": None, "scopes": ("read",)})
    assert problem(house.client(reader).request(method, address)) == (403, "missing_scope")


def test_a_like_of_someone_who_is_gone_is_refused(house: House, anna: Identity, photo_id: str) -> None:
    ghost = anna.model_copy(update={"user_id": new_id(), "username": "ghost"})
    assert problem(house.client(ghost).put(f"{PHOTOS}/{photo_id}/like")) == SIGN_IN
    answer = house.client(ghost).post(f"{PHOTOS}/{photo_id}/comments", json={"text": "boo"})
    assert problem(answer) == SIGN_IN


# --- comments -------------------------------------------------------------------------------------


def test_comments_read_like_a_conversation(
    house: House, anna: Identity, bert: Identity, photo_id: str
) -> None:
    first = comment(house, anna, photo_id, "  Where was this? ")
    assert first["text"] == "Where was this?"
    assert first["author"] == {"username": "anna", "display_name": "anna", "avatar_url": None}
    assert datetime.fromisoformat(first["created_at"]) == house.clock.now
    comment(house, bert, photo_id, "At the lake, ünder the 🌙")
    assert texts(house, ANONYMOUS, photo_id) == ["Where was this?", "At the lake, ünder the 🌙"]
    assert house.get(anna, photo_id)["comment_count"] == 2


def test_comments_come_in_pages(house: House, anna: Identity, photo_id: str) -> None:
    written = [comment(house, anna, photo_id, str(number))["id"] for number in range(5)]
    client = house.client()
    first = client.get(f"{PHOTOS}/{photo_id}/comments", params={"limit": 2}).json()
    house.client(anna).delete(f"/api/v1/comments/{written[1]}")  # the cursor's own
    comment(house, anna, photo_id, "late")
    second = client.get(
        f"{PHOTOS}/{photo_id}/comments", params={"limit": 4, "cursor": first["next_cursor"]}
    ).json()
    assert [item["text"] for item in first["items"] + second["items"]] == ["0", "1", "2", "3", "4", "late"]
    assert second["next_cursor"] is None


def test_a_comment_goes_by_its_author_the_photos_owner_or_an_admin(
    house: House, anna: Identity, bert: Identity, cleo: Identity, photo_id: str
) -> None:
    dora = house.join("dora")
    for remover in (cleo, bert, anna):  # cleo wrote it, bert owns the photo, anna is the admin
        address = f"/api/v1/comments/{comment(house, cleo, photo_id)['id']}"
        assert problem(house.client(dora).delete(address)) == FORBIDDEN
        assert house.get(anna, photo_id)["comment_count"] == 1
        done(house.client(remover).delete(address))
        assert problem(house.client(remover).delete(address)) == NOT_THERE
        assert house.get(anna, photo_id)["comment_count"] == 0
    weaker = anna.model_copy(update={"session_id": None, "scopes": ("read", "write")})
    address = f"/api/v1/comments/{comment(house, cleo, photo_id)['id']}"
    assert problem(house.client(weaker).delete(address)) == FORBIDDEN
    for unknown in (new_id(), "no-uuid"):
        assert problem(house.client(anna).delete(f"/api/v1/comments/{unknown}")) == NOT_THERE


def test_a_comment_is_not_there_for_those_who_can_not_see_its_photo(
    house: House, anna: Identity, cleo: Identity, bert: Identity, photo_id: str
) -> None:
    address = f"/api/v1/comments/{comment(house, cleo, photo_id)['id']}"
    with Session(house.services.database.engine) as session:
        session.execute(update(PhotoRow).where(PhotoRow.id == photo_id).values(visibility="private"))
        session.commit()
    for stranger in (cleo, anna):
        assert problem(house.client(stranger).delete(address)) == NOT_THERE
    done(house.client(bert).delete(address))


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\0b", 5, None, ["a"]])
@pytest.mark.parametrize(("path", "field"), [("comments", "text"), ("report", "reason")])
def test_bad_texts(house: House, anna: Identity, photo_id: str, path: str, field: str, text: Any) -> None:
    answer = house.client(anna).post(f"{PHOTOS}/{photo_id}/{path}", json={field: text})
    assert problem(answer) == (422, "validation_failed")
    assert house.get(anna, photo_id)["comment_count"] == 0


def test_a_comment_may_have_2000_characters(house: House, anna: Identity, photo_id: str) -> None:
    assert len(comment(house, anna, photo_id, "ü" * 2000)["text"]) == 2000


def test_comments_of_suspended_people_are_left_out_but_for_themselves(
    house: House, anna: Identity, cleo: Identity, photo_id: str
) -> None:
    comment(house, cleo, photo_id, "by cleo")
    suspend(house, cleo)
    assert texts(house, ANONYMOUS, photo_id) == texts(house, anna, photo_id) == []
    assert texts(house, cleo, photo_id) == ["by cleo"]
    with Session(house.services.database.engine) as session:
        assert len(session.scalars(select(CommentRow)).all()) == 1


# --- reports --------------------------------------------------------------------------------------


def test_one_report_is_open_a_person_and_photo(
    house: House, anna: Identity, bert: Identity, cleo: Identity, photo_id: str
) -> None:
    def report(caller: Identity, reason: str) -> httpx.Response:
        return house.client(caller).post(f"{PHOTOS}/{photo_id}/report", json={"reason": reason})

    for reason in ("first", "second"):
        answer = report(anna, reason)
        assert (answer.status_code, answer.content) == (202, b"")
    assert report(cleo, "third").status_code == 202
    assert problem(report(bert, "mine")) == (422, "cannot_report_own")
    with Session(house.services.database.engine) as session:
        rows = session.scalars(select(ReportRow).order_by(ReportRow.reason)).all()
        assert [row.reason for row in rows] == ["first", "third"]
        session.execute(update(ReportRow).values(resolved_at=house.clock()))
        session.commit()
    assert report(anna, "once more").status_code == 202
    with Session(house.services.database.engine) as session:
        assert len(session.scalars(select(ReportRow)).all()) == 3
