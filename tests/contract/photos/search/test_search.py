"""The `q` parameter, sorting by likes, label counts of a search, and suggestions."""

from typing import Any

import pytest
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.kernel.cursors import write_cursor
from vignette_shared.contracts.identity import ANONYMOUS, Identity

PATH, TAGS, SUGGEST = "/api/v1/photos", "/api/v1/tags", "/api/v1/tags/suggest"


def titles(service: PhotosService, caller: Identity, **query: Any) -> list[str]:
    answer = service.client(caller).get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return [photo["title"] for photo in answer.json()["items"]]


@pytest.fixture
def photos(service: PhotosService, anna: Identity, bert: Identity) -> dict[str, str]:
    """Ids by title, oldest first; `Old boat` is anna's, all others are bert's."""
    made = {
        "red boat": service.publish(
            bert, make_jpeg(64, 48, 1), {"title": "red boat", "tags": "red car"}, sky=0.9, lake=0.7
        ),
        "Morning": service.publish(
            bert, make_jpeg(64, 48, 2), {"title": "Morning", "visibility": "unlisted"}, sky=0.9
        ),
        "secret": service.publish(
            bert, make_jpeg(64, 48, 3), {"title": "secret", "visibility": "private"}, sky=0.9
        ),
        "waiting": service.post(bert, make_jpeg(64, 48, 4), title="waiting")["id"],
        "Old boat": service.publish(
            anna,
            make_jpeg(64, 48, 5),
            {"title": "Old boat", "description": "Der große See"},
            sky=0.6,
            female=0.9,
        ),
    }
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Old boat", "red boat"]),
        ("sky", ["Old boat", "red boat"]),
        ("BOAT", ["Old boat", "red boat"]),
        ("boa", []),
        ("sky boat -lake", ["Old boat"]),
        ("lake OR GROSSE", ["Old boat", "red boat"]),
        ('"red boat"', ["red boat"]),
        ('"boat red"', []),
        ('"boat der"', []),
        ('"red car"', ["red boat"]),
        ('tag:"red car"', ["red boat"]),
        ("tag:boat", []),
        ("female", []),
        ("user:bert", ["red boat"]),
        ("user:nobody", []),
        ("-user:nobody boat", ["Old boat", "red boat"]),
        ("user:anna user:bert", []),
        ("user:anna OR user:bert", ["Old boat", "red boat"]),
        ("before:2026-03-01T12:00:02Z", ["red boat"]),
        ("after:2026-03-01T12:00:05Z", ["Old boat"]),
        ("after:2026-03-02", []),
        ("sky score:>0.8", ["red boat"]),
        ("boat score:>0.8", []),
        ("score:>0.8", ["red boat"]),
        ("score:=0.6", ["Old boat"]),
        ("(sky OR lake) score:<0.8", ["Old boat", "red boat"]),
        ("sky lake score:>0.65", ["red boat"]),
        ("sky lake score:>0.8", []),
        ("Morning", []),
        ("secret OR waiting", []),
    ],
)
def test_search_by_an_anonymous_viewer(
    service: PhotosService, photos: dict[str, str], query: str, found: list[str]
) -> None:
    assert titles(service, ANONYMOUS, q=query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("user:bert", ["waiting", "secret", "Morning", "red boat"]),
        ("user:BERT sky", ["secret", "Morning", "red boat"]),
        ("is:private", ["secret"]),
        ("is:pending", ["waiting"]),
        ("is:unlisted OR is:pending", ["waiting", "Morning"]),
        ("-is:private", ["Old boat", "red boat"]),
        ("boat OR is:private", ["Old boat", "secret", "red boat"]),
        ("secret", []),
        ("is:liked", ["Old boat"]),
        ("user:anna is:public", []),
    ],
)
def test_search_by_the_owner(
    service: PhotosService, photos: dict[str, str], bert: Identity, query: str, found: list[str]
) -> None:
    service.client(bert).put(f"{PATH}/{photos['Old boat']}/like").raise_for_status()
    assert titles(service, bert, q=query) == found


def test_sensitive_suggestions_are_found_by_the_owner_only(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    assert titles(service, anna, q="female") == ["Old boat"]
    assert titles(service, bert, q="female") == []
    assert titles(service, bert, q="-female boat") == ["Old boat", "red boat"]


def test_search_combines_with_filters(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    assert titles(service, anna, q="boat", user="bert") == ["red boat"]
    assert titles(service, bert, q="sky", status="tagged") == ["secret", "Morning", "red boat"]
    assert titles(service, anna, q="boat", tag="lake") == ["red boat"]
    assert titles(service, anna, q="boat", until="2026-03-01T12:00:05Z") == ["red boat"]
    assert titles(service, anna, q="tag:sky", min_score=0.8) == ["red boat"]
    assert titles(service, anna, q="user:anna", user="bert") == []


def test_own_filters_need_authentication(service: PhotosService, photos: dict[str, str]) -> None:
    for query in ("is:private", "sky OR -is:liked"):
        assert problem(service.client().get(PATH, params={"q": query})) == (401, "authentication_required")
        assert problem(service.client().get(TAGS, params={"q": query})) == (401, "authentication_required")


@pytest.mark.parametrize("path", [PATH, TAGS])
def test_bad_query_reports_the_position(service: PhotosService, path: str) -> None:
    answer = service.client().get(path, params={"q": "lake (boat"})
    assert problem(answer) == (422, "bad_query")
    assert answer.json()["position"] == 10
    assert answer.json()["expected"] == "a closing )"
    assert problem(service.client().get(path, params={"q": "x" * 501})) == (422, "validation_failed")
    assert problem(service.client().get(path, params={"q": "a\0"})) == (422, "bad_query")


def test_changed_title_replaces_the_indexed_words(
    service: PhotosService, photos: dict[str, str], anna: Identity
) -> None:
    path = f"{PATH}/{photos['Old boat']}"
    etag = service.client(anna).get(path).headers["etag"]
    change = service.client(anna).patch(path, json={"title": "Ship"}, headers={"If-Match": etag})
    assert change.status_code == 200, change.text
    assert titles(service, anna, q="old") == []
    assert titles(service, anna, q="ship") == ["Ship"]


def test_most_liked_order_and_its_cursor(service: PhotosService, anna: Identity, bert: Identity) -> None:
    ids = [service.publish(anna, make_jpeg(32, 24, n), {"title": f"number {n}"}) for n in range(5)]
    for liker, number in ((anna, 1), (bert, 1), (bert, 3)):
        service.client(liker).put(f"{PATH}/{ids[number]}/like").raise_for_status()
    order = [f"number {number}" for number in (1, 3, 4, 2, 0)]
    assert titles(service, bert, sort="liked") == order
    assert titles(service, bert, sort="liked", q="number -3") == [order[0], *order[2:]]
    found, query = [], {"sort": "liked", "limit": "2"}
    while True:
        page = service.client(bert).get(PATH, params=query).json()
        found += [photo["title"] for photo in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == order
    newest = service.client(bert).get(PATH, params={"limit": "2"}).json()["next_cursor"]
    for cursor, sort in ((query["cursor"], "new"), (newest, "liked"), ("WzEsMiwzXQ", "liked")):
        answer = service.client(bert).get(PATH, params={"sort": sort, "cursor": cursor})
        assert problem(answer) == (400, "bad_cursor")


def test_forged_cursor_is_rejected(service: PhotosService, photos: dict[str, str]) -> None:
    for identifier in ("ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"):
        cursor = write_cursor(["9999-12-31T23:59:59+00:00", identifier])
        for query in ("sky", "user:bert", "user:bert sky", "-sky"):
            answer = service.client().get(PATH, params={"q": query, "cursor": cursor})
            assert answer.status_code == 200, answer.text


def test_like_between_two_pages(service: PhotosService, anna: Identity) -> None:
    ids = [service.publish(anna, make_jpeg(32, 24, n)) for n in range(5)]
    first = service.client(anna).get(PATH, params={"sort": "liked", "limit": 2}).json()
    service.client(anna).put(f"{PATH}/{ids[0]}/like").raise_for_status()
    query = {"sort": "liked", "limit": 2, "cursor": first["next_cursor"]}
    second = service.client(anna).get(PATH, params=query).json()
    # The first page is the two newest; the oldest, liked since, has moved before it.
    assert [photo["id"] for photo in second["items"]] == [ids[2], ids[1]]
    assert second["next_cursor"] is None


def test_album_sorted_by_likes(service: PhotosService, anna: Identity, bert: Identity) -> None:
    ids = [service.publish(anna, make_jpeg(32, 24, n), {"visibility": "unlisted"}) for n in range(3)]
    made = service.client(anna).post("/api/v1/albums", json={"title": "x", "visibility": "public"})
    album = made.json()["id"]
    for photo in ids[:2]:
        service.client(anna).put(f"/api/v1/albums/{album}/photos/{photo}").raise_for_status()
    service.client(bert).put(f"{PATH}/{ids[0]}/like").raise_for_status()
    answer = service.client(bert).get(PATH, params={"album": album, "sort": "liked"})
    assert [photo["id"] for photo in answer.json()["items"]] == [ids[0], ids[1]]


def test_labels_are_counted_over_a_search(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    def counts(caller: Identity, **query: str) -> dict[str, int]:
        answer = service.client(caller).get(TAGS, params=query)
        assert answer.status_code == 200, answer.text
        return {item["label"]: item["count"] for item in answer.json()["items"]}

    assert counts(ANONYMOUS, q="boat") == {"sky": 2, "lake": 1, "red car": 1}
    assert counts(ANONYMOUS, q="lake") == {"sky": 1, "lake": 1, "red car": 1}
    assert counts(anna, q="great OR old") == {"sky": 1, "female": 1}
    assert counts(bert, user="bert") == {"sky": 3, "lake": 1, "red car": 1}
    assert counts(bert, user="anna") == {"sky": 1}
    assert counts(bert, user="nobody") == counts(bert, q="nothing") == {}
    query: dict[str, Any] = {"q": "boat", "limit": 1}
    first = service.client().get(TAGS, params=query).json()
    assert first["items"][0]["cover"]["id"] == photos["Old boat"]
    rest = service.client().get(TAGS, params=query | {"limit": 9, "cursor": first["next_cursor"]}).json()
    assert [item["label"] for item in rest["items"]] == ["lake", "red car"]


@pytest.mark.parametrize(
    ("prefix", "labels"),
    [
        ("", ["sky", "lake", "red car"]),
        ("S", ["sky"]),
        ("re", ["red car"]),
        ("red ", ["red car"]),
        ("ｌａ", ["lake"]),
        ("%", []),
        ("_", []),
        ("la%", []),
        ("female", []),
        ("a\0", []),
    ],
)
def test_suggestions_match_the_prefix_most_frequent_first(
    service: PhotosService, photos: dict[str, str], prefix: str, labels: list[str]
) -> None:
    answer = service.client().get(SUGGEST, params={"prefix": prefix})
    assert [item["label"] for item in answer.json()["items"]] == labels


def test_suggestions_respect_visibility(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    assert service.client(anna).get(SUGGEST, params={"prefix": "fe"}).json() == {
        "items": [{"label": "female", "count": 1}],
        "next_cursor": None,
    }
    assert service.client(bert).get(SUGGEST, params={"prefix": "fe"}).json()["items"] == []
    limited = service.client().get(SUGGEST, params={"limit": 1}).json()["items"]
    assert limited == [{"label": "sky", "count": 2}]
    assert problem(service.client().get(SUGGEST, params={"limit": 51})) == (422, "validation_failed")
