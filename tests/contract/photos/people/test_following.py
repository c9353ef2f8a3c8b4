"""Follows, the feed of followed users, and blocks."""

from typing import Any

import pytest
from tests.support.photos.service import PhotosService
from tests.support.photos.social import (
    FORBIDDEN,
    NOT_THERE,
    PHOTOS,
    SIGN_IN,
    USERS,
    block,
    comment,
    done,
    feed,
    follow,
    names,
    suspend,
    texts,
)
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.people import social
from vignette_shared.contracts.identity import ANONYMOUS, Identity


@pytest.fixture
def photo_id(service: PhotosService, bert: Identity, jpeg: bytes) -> str:
    return service.publish(bert, jpeg, sky=0.9)


# --- following ------------------------------------------------------------------------------------


def test_following_is_idempotent_and_visible_to_both(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    for _ in range(2):
        done(follow(service, bert, "ANNA"))
        done(follow(service, cleo, "anna"))
    done(follow(service, bert, "cleo"))
    for viewer in (ANONYMOUS, anna):
        assert names(service, viewer, "users/anna/followers") == ["cleo", "bert"]
        assert names(service, viewer, "users/bert/following") == ["cleo", "anna"]
    profile = service.client(bert).get(f"{USERS}/anna").json()
    assert (profile["followed"], profile["follows_you"], profile["counts"]["followers"]) == (True, False, 2)
    for _ in range(2):
        done(service.client(bert).delete(f"{USERS}/anna/follow"))
    assert names(service, ANONYMOUS, "users/anna/followers") == ["cleo"]
    person = service.client().get(f"{USERS}/anna/followers").json()["items"][0]
    assert person == {"username": "cleo", "display_name": "cleo", "avatar_url": None}


def test_invalid_follows_are_rejected(service: PhotosService, anna: Identity, bert: Identity) -> None:
    assert problem(follow(service, anna, "anna")) == (422, "cannot_follow_self")
    for name in ("nobody", "x", "a%00b", "%C3%A9", "a" * 300):
        assert problem(follow(service, anna, name)) == NOT_THERE
        assert problem(service.client(anna).delete(f"{USERS}/{name}/follow")) == NOT_THERE
        assert problem(service.client().get(f"{USERS}/{name}/followers")) == NOT_THERE
    assert problem(follow(service, ANONYMOUS, "anna")) == SIGN_IN
    suspend(service, bert)
    assert problem(follow(service, anna, "bert")) == NOT_THERE


def test_follows_are_limited(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(social, "MAX_FOLLOWS", 1)
    done(follow(service, anna, "bert"))
    done(follow(service, anna, "bert"))
    assert problem(follow(service, anna, "cleo")) == (409, "too_many_follows")


def test_pages_of_people_are_complete(service: PhotosService, anna: Identity) -> None:
    people = [service.join(f"fan{number}") for number in range(5)]
    service.clock.forward(seconds=1)
    for person in people:  # all at one instant
        done(service.client(person).put(f"{USERS}/anna/follow"))
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = service.client().get(f"{USERS}/anna/followers", params=query).json()
        found += [person["username"] for person in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(found) == [f"fan{number}" for number in range(5)]
    for path in ("users/anna/followers", "users/anna/following", "feed", "me/blocks"):
        answer = service.client(anna).get(f"/api/v1/{path}", params={"cursor": "nonsense"})
        assert problem(answer) == (400, "bad_cursor")
        answer = service.client(anna).get(f"/api/v1/{path}", params={"limit": 0})
        assert problem(answer) == (422, "validation_failed")


def test_suspended_users_are_left_out_until_reinstated(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    shown = service.publish(bert, make_jpeg(64, 48, 1), sky=0.9)
    comment(service, bert, shown, "by bert")
    done(follow(service, bert, "anna"))
    done(follow(service, anna, "bert"))
    suspend(service, bert)
    assert names(service, ANONYMOUS, "users/anna/followers") == []
    assert names(service, anna, "users/anna/following") == []
    assert problem(service.client().get(f"{USERS}/bert/followers")) == NOT_THERE
    assert feed(service, anna) == []
    suspend(service, bert, but=True)
    assert names(service, ANONYMOUS, "users/anna/followers") == ["bert"]
    assert feed(service, anna) == [shown]


# --- the feed of followed users -------------------------------------------------------------------


def test_feed_holds_listed_photos_of_followed_users(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    first = service.publish(bert, make_jpeg(64, 48, 1), sky=0.9, female=0.8)
    for visibility in ("unlisted", "private"):
        service.publish(bert, make_jpeg(64, 48, len(visibility)), {"visibility": visibility}, sky=0.9)
    service.post(bert, make_jpeg(64, 48, 20))  # pending
    trashed = service.publish(bert, make_jpeg(64, 48, 21), sky=0.9)
    service.client(bert).delete(f"{PHOTOS}/{trashed}")
    second = service.publish(cleo, make_jpeg(64, 48, 22), sky=0.9)
    service.publish(anna, make_jpeg(64, 48, 23), sky=0.9)
    assert feed(service, anna) == []
    done(follow(service, anna, "bert"))
    done(follow(service, anna, "cleo"))
    assert feed(service, anna) == [second, first]
    done(service.client(anna).put(f"{PHOTOS}/{first}/like"))
    shown = service.client(anna).get("/api/v1/feed").json()["items"][1]
    assert (shown["liked"], shown["like_count"], [tag["label"] for tag in shown["tags"]]) == (
        True,
        1,
        ["sky"],
    )
    done(service.client(anna).delete(f"{USERS}/bert/follow"))
    assert feed(service, anna) == [second]
    assert problem(service.client().get("/api/v1/feed")) == SIGN_IN


def test_feed_pages_are_complete(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    people = [bert, cleo, service.join("dora"), service.join("emil")]
    for person in people[:3]:
        done(follow(service, anna, person.username or ""))
    ids = []
    for number in range(14):  # bert takes five in a row, emil is not followed
        owner = people[0] if 4 <= number < 9 else people[number % 4]
        shown = service.publish(owner, make_jpeg(32, 24, number), sky=0.9)
        if owner is not people[3]:
            ids.append(shown)
    for limit in (1, 2, 3, 7, 200):
        found: list[str] = []
        query: dict[str, Any] = {"limit": limit}
        while True:
            page = service.client(anna).get("/api/v1/feed", params=query).json()
            assert len(page["items"]) <= limit
            found += [photo["id"] for photo in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert found == ids[::-1]


# --- blocking -------------------------------------------------------------------------------------


def test_block_ends_follows_and_prevents_contact(
    service: PhotosService, anna: Identity, bert: Identity, photo_id: str
) -> None:
    mine = comment(service, anna, photo_id)
    done(service.client(anna).put(f"{PHOTOS}/{photo_id}/like"))
    done(follow(service, anna, "bert"))
    done(follow(service, bert, "anna"))
    for _ in range(2):
        block(service, bert, "anna")
    assert names(service, bert, "me/blocks") == ["anna"]
    for name in ("anna", "bert"):
        assert names(service, ANONYMOUS, f"users/{name}/followers") == []
    client = service.client(anna)
    refused = [
        client.put(f"{USERS}/bert/follow"),
        client.put(f"{PHOTOS}/{photo_id}/like"),
        client.post(f"{PHOTOS}/{photo_id}/comments", json={"text": "again"}),
    ]
    for answer in refused:
        assert problem(answer) == FORBIDDEN
        assert "block" not in answer.text
    assert service.get(anna, photo_id)["like_count"] == 1  # what was before stays
    done(client.delete(f"{PHOTOS}/{photo_id}/like"))
    done(client.delete(f"/api/v1/comments/{mine['id']}"))
    done(client.delete(f"{USERS}/bert/follow"))
    assert problem(service.client(bert).put(f"{USERS}/anna/follow")) == FORBIDDEN
    for _ in range(2):
        done(service.client(bert).delete(f"{USERS}/anna/block"))
    assert names(service, bert, "me/blocks") == []
    done(follow(service, anna, "bert"))


def test_blocked_users_are_in_none_of_the_blockers_lists(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo_id: str
) -> None:
    theirs = service.publish(cleo, make_jpeg(64, 48, 5), sky=0.9)
    done(follow(service, bert, "anna"))
    done(follow(service, cleo, "anna"))
    done(follow(service, anna, "cleo"))
    block(service, bert, "cleo")
    assert names(service, bert, "users/anna/followers") == ["bert"]
    assert names(service, bert, "users/anna/following") == []
    elsewhere = service.publish(anna, make_jpeg(64, 48, 6), sky=0.9)
    comment(service, cleo, elsewhere, "by cleo")
    assert texts(service, bert, elsewhere) == []
    for query in ({}, {"user": "cleo"}, {"tag": "sky"}):
        listed = [photo["id"] for photo in service.client(bert).get(PHOTOS, params=query).json()["items"]]
        assert theirs not in listed
    assert service.get(bert, theirs)["id"] == theirs
    for other in (cleo, anna, ANONYMOUS):
        assert texts(service, other, elsewhere) == ["by cleo"]
        assert names(service, other, "users/anna/followers") == ["cleo", "bert"]


def test_blocked_users_comments_are_visible_to_their_author_only(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo_id: str
) -> None:
    comment(service, cleo, photo_id, "by cleo")
    comment(service, anna, photo_id, "by anna")
    block(service, bert, "cleo")
    for other in (bert, anna, ANONYMOUS):
        assert texts(service, other, photo_id) == ["by anna"]
    assert texts(service, cleo, photo_id) == ["by cleo", "by anna"]
    assert service.get(anna, photo_id)["comment_count"] == 2
    done(service.client(bert).delete(f"{USERS}/cleo/block"))
    assert texts(service, anna, photo_id) == ["by cleo", "by anna"]


def test_invalid_blocks_are_rejected(service: PhotosService, anna: Identity) -> None:
    client = service.client(anna)
    assert problem(client.put(f"{USERS}/anna/block")) == (422, "cannot_block_self")
    assert problem(client.put(f"{USERS}/nobody/block")) == NOT_THERE
    assert problem(client.delete(f"{USERS}/nobody/block")) == NOT_THERE
    assert problem(service.client().put(f"{USERS}/anna/block")) == SIGN_IN
    assert problem(service.client().get("/api/v1/me/blocks")) == SIGN_IN
