"""The public feed with filters and pages, label counts, models."""

from typing import Any

import pytest
from tests.support.photos.published import LABELS, VERSION, publish_model
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity

PATH = "/api/v1/photos"


def listed(service: PhotosService, caller: Identity, **query: Any) -> list[str]:
    answer = service.client(caller).get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return [photo["id"] for photo in answer.json()["items"]]


@pytest.fixture
def photos(service: PhotosService, anna: Identity, bert: Identity) -> dict[str, str]:
    """By bert: a public, an unlisted, a private and a pending photo; by anna a public one. Oldest first."""
    found = {}
    for shift, (name, visibility) in enumerate(
        [("sky", "public"), ("unlisted", "unlisted"), ("private", "private")]
    ):
        found[name] = service.publish(bert, make_jpeg(64, 48, shift), {"visibility": visibility}, sky=0.9)
    found["pending"] = service.post(bert, make_jpeg(64, 48, 10))["id"]
    found["annas"] = service.publish(anna, make_jpeg(64, 48, 11), sky=0.7, lake=0.6, female=0.9)
    return found


def test_feed_holds_public_tagged_photos_newest_first(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    for caller in (ANONYMOUS, anna, bert):
        assert listed(service, caller) == [photos["annas"], photos["sky"]]


def test_timeline_is_complete_for_its_owner_only(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    own = [photos[name] for name in ("pending", "private", "unlisted", "sky")]
    assert listed(service, bert, user="BERT") == own
    for other in (anna, ANONYMOUS):
        assert listed(service, other, user="bert") == [photos["sky"]]
    assert listed(service, anna, user="nobody") == []


def test_status_filter_covers_own_photos_only(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    assert listed(service, bert, status="pending") == [photos["pending"]]
    assert listed(service, bert, status="tagged", user="bert") == [
        photos[name] for name in ("private", "unlisted", "sky")
    ]
    assert listed(service, anna, status="pending") == []
    assert listed(service, anna, status="tagged", user="bert") == []
    assert listed(service, ANONYMOUS, status="tagged") == []


def test_tag_filters_are_anded_and_respect_sensitivity(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    assert listed(service, bert, tag="SKY") == [photos["annas"], photos["sky"]]
    assert listed(service, bert, tag=["sky", "lake"]) == [photos["annas"]]
    assert listed(service, bert, tag="clouds") == []
    assert listed(service, anna, tag="female") == [photos["annas"]]
    assert listed(service, bert, tag="female") == []
    assert listed(service, bert, user="bert", tag="sky") == [
        photos[name] for name in ("private", "unlisted", "sky")
    ]


def test_min_score_applies_to_named_tags_or_any(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    assert listed(service, bert, tag="sky", min_score=0.8) == [photos["sky"]]
    assert listed(service, bert, min_score=0.65) == [photos["annas"], photos["sky"]]
    assert listed(service, bert, min_score=0.8) == [photos["sky"]]
    assert listed(service, anna, min_score=0.8) == [photos["annas"], photos["sky"]]


def test_since_is_inclusive_and_until_exclusive(
    service: PhotosService, photos: dict[str, str], bert: Identity
) -> None:
    moment = service.get(bert, photos["annas"])["created_at"]
    assert listed(service, bert, since=moment) == [photos["annas"]]
    assert listed(service, bert, until=moment) == [photos["sky"]]
    assert listed(service, bert, since="2026-03-02") == []
    assert len(listed(service, bert, until="2026-03-02", since="2026-03-01")) == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"tag": "<b>"}, (422, "bad_label")),
        ({"limit": "0"}, (422, "validation_failed")),
        ({"limit": "201"}, (422, "validation_failed")),
        ({"status": "lost"}, (422, "validation_failed")),
        ({"since": "yesterday"}, (422, "validation_failed")),
        ({"since": "0001-01-01T00:00:00+14:00"}, (422, "validation_failed")),
        ({"min_score": "2"}, (422, "validation_failed")),
        ({"min_score": "nan"}, (422, "validation_failed")),
        ({"sort": "oldest"}, (422, "validation_failed")),
        ({"cursor": "nonsense"}, (400, "bad_cursor")),
        ({"cursor": "WzEsMl0"}, (400, "bad_cursor")),
        ({"cursor": "é"}, (400, "bad_cursor")),
        ({"cursor": "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiYSJd"}, (400, "bad_cursor")),
    ],
)
def test_bad_parameters_are_rejected(
    service: PhotosService, query: dict[str, str], expected: tuple[int, str]
) -> None:
    assert problem(service.client().get(PATH, params=query)) == expected


def test_pages_are_stable_while_photos_change(service: PhotosService, anna: Identity) -> None:
    ids = [service.publish(anna, make_jpeg(32, 24, shift)) for shift in range(7)]
    client = service.client()
    first = client.get(PATH, params={"limit": 3}).json()
    service.publish(anna, make_jpeg(32, 24, 50))
    service.client(anna).delete(f"{PATH}/{ids[2]}")
    service.client(anna).delete(f"{PATH}/{ids[4]}")  # the cursor's own
    second = client.get(PATH, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [photo["id"] for photo in first["items"]] == [ids[6], ids[5], ids[4]]
    assert [photo["id"] for photo in second["items"]] == [ids[3], ids[1], ids[0]]
    assert second["next_cursor"] is None


def test_photos_with_equal_times_are_all_listed(service: PhotosService, anna: Identity) -> None:
    ids = []
    for shift in range(5):
        service.clock.forward(seconds=-1)  # `post` moves it forward by as much
        ids.append(service.publish(anna, make_jpeg(32, 24, shift)))
    found, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = service.client().get(PATH, params=query).json()
        found += [photo["id"] for photo in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert found == sorted(ids, reverse=True)


def test_labels_are_counted_over_public_photos(
    service: PhotosService, photos: dict[str, str], anna: Identity, bert: Identity
) -> None:
    def counts(caller: Identity) -> list[tuple[str, int]]:
        items = service.client(caller).get("/api/v1/tags").json()["items"]
        return [(item["label"], item["count"]) for item in items]

    assert counts(bert) == counts(ANONYMOUS) == [("sky", 2), ("lake", 1)]
    assert counts(anna) == [("sky", 2), ("female", 1), ("lake", 1)]


def test_labels_are_paged_with_the_newest_photo_as_cover(
    service: PhotosService, photos: dict[str, str], anna: Identity
) -> None:
    client = service.client(anna)
    first = client.get("/api/v1/tags", params={"limit": 2}).json()
    assert first["items"][0]["cover"]["id"] == photos["annas"]
    second = client.get("/api/v1/tags", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["label"] for item in first["items"] + second["items"]] == ["sky", "female", "lake"]
    assert second["next_cursor"] is None
    assert problem(client.get("/api/v1/tags", params={"cursor": "Wzk5OTk5OTk5OTk5LCJhIl0"})) == (
        400,
        "bad_cursor",
    )


def test_models_need_authentication(service: PhotosService, anna: Identity) -> None:
    newer = "20260202T000000Z-0000abcd"
    publish_model(service.services.registry, newer)
    client = service.client(anna)
    page = client.get("/api/v1/models").json()
    assert [(model["version"], model["aliases"]) for model in page["items"]] == [
        (newer, ["production"]),
        (VERSION, []),
    ]
    first = client.get("/api/v1/models", params={"limit": 1}).json()
    rest = client.get("/api/v1/models", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [model["version"] for model in rest["items"]] == [VERSION]
    model = client.get(f"/api/v1/models/{VERSION}").json()
    assert model["labels"] == list(LABELS)
    assert model["metrics"]["mean_ap"] == 0.7
    assert problem(client.get("/api/v1/models/unknown")) == (404, "not_found")
    assert problem(service.client().get("/api/v1/models")) == (401, "authentication_required")


def test_damaged_model_hides_no_other(service: PhotosService, anna: Identity) -> None:
    newer = "20260202T000000Z-0000abcd"
    publish_model(service.services.registry, newer)
    service.services.registry.store.put(f"models/versions/{newer}/metrics.json", b"{}", replace=True)
    client = service.client(anna)
    assert [model["version"] for model in client.get("/api/v1/models").json()["items"]] == [VERSION]
    assert problem(client.get(f"/api/v1/models/{newer}")) == (503, "model_damaged")


def test_readiness_reports_the_problem(service: PhotosService) -> None:
    client = service.client()
    assert client.get("/healthz").json() == {"status": "ok"}
    service.services.registry.store.delete("models/aliases/production.json")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert {name: check["ok"] for name, check in checks.items()} == {
        "database": True,
        "broker": False,
        "storage": True,
        "model": False,
    }
    assert "publish-starter" in checks["model"]["detail"]


def test_metrics_count_pending_photos(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    service.post(anna, jpeg)
    text = service.client().get("/metrics").text
    assert 'vignette_photos_waiting{step="render"} 1.0' in text
    assert "vignette_dead_letters 0.0" in text
