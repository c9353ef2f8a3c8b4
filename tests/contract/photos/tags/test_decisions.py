"""Tag decisions: kept through every model version, and visible where the tag is."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.support.photos.published import VERSION
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.models import TagDecisionRow
from photos.pipeline.tagging import record_tags
from photos.tags import decisions
from vignette_shared.contracts.identity import ANONYMOUS, Identity

PATH = "/api/v1/photos"
NEWER = "20260505T000000Z-0000abcd"
NEWEST = "20260707T000000Z-0000abcd"


def decide(service: PhotosService, caller: Identity, photo_id: str, label: str, state: str) -> httpx.Response:
    address = f"{PATH}/{photo_id}/tags/{quote(label, safe='')}"
    return service.client(caller).put(address, json={"state": state})


def decided(service: PhotosService, caller: Identity, photo_id: str, **states: str) -> None:
    for label, state in states.items():
        assert decide(service, caller, photo_id, label, state).status_code == 204


def withdraw(service: PhotosService, caller: Identity, photo_id: str, label: str) -> None:
    address = f"{PATH}/{photo_id}/tags/{quote(label, safe='')}"
    assert service.client(caller).delete(address).status_code == 204


def tags(service: PhotosService, caller: Identity, photo_id: str, **query: str) -> dict[str, tuple[Any, ...]]:
    """Return (state, source, score, model_version) by label."""
    found = service.get(caller, photo_id, **query)["tags"]
    return {tag["label"]: (tag["state"], tag["source"], tag["score"], tag["model_version"]) for tag in found}


def history(service: PhotosService, photo_id: str) -> list[tuple[str, str | None, float | None, str | None]]:
    with Session(service.services.database.engine) as session:
        rows = session.scalars(
            select(TagDecisionRow).where(TagDecisionRow.photo_id == photo_id).order_by(TagDecisionRow.id)
        )
        return [(row.label, row.state, row.score, row.model_version) for row in rows]


@pytest.fixture
def photo_id(service: PhotosService, bert: Identity, jpeg: bytes) -> str:
    """By bert: the model suggests sky and, which is sensitive, female."""
    return service.publish(bert, jpeg, sky=0.9, female=0.8)


def test_an_accepted_suggestion_keeps_source_score_and_version(
    service: PhotosService, bert: Identity, photo_id: str
) -> None:
    decided(service, bert, photo_id, sky="accepted")
    assert tags(service, ANONYMOUS, photo_id) == {"sky": ("accepted", "model", 0.9, VERSION)}


def test_unsuggested_label_becomes_the_owners(service: PhotosService, bert: Identity, photo_id: str) -> None:
    assert decide(service, bert, photo_id, "  Äpfel im ＫＯＲＢ ", "accepted").status_code == 204
    own = ("accepted", "user", None, None)
    assert tags(service, ANONYMOUS, photo_id)["äpfel im korb"] == own
    decided(service, bert, photo_id, lake="accepted")  # scored far below its threshold: shown from now on
    assert tags(service, ANONYMOUS, photo_id)["lake"] == ("accepted", "model", 0.01, VERSION)


def test_rejected_tag_is_shown_to_its_owner_on_request(
    service: PhotosService, anna: Identity, bert: Identity, photo_id: str
) -> None:
    decided(service, bert, photo_id, sky="rejected")
    assert "sky" not in tags(service, bert, photo_id)
    assert tags(service, bert, photo_id, include="rejected")["sky"] == ("rejected", "model", 0.9, VERSION)
    assert sorted(tags(service, bert, photo_id, include="all")) == ["clouds", "female", "lake", "sky"]
    assert tags(service, anna, photo_id, include="rejected") == {}
    page = service.client().get(PATH, params={"tag": "sky"}).json()
    assert page["items"] == []
    assert service.client().get("/api/v1/tags").json()["items"] == []


def test_decisions_survive_many_versions(service: PhotosService, bert: Identity, photo_id: str) -> None:
    decided(service, bert, photo_id, sky="rejected", lake="rejected", home="rejected", female="accepted")
    for version, score in ((NEWER, 0.95), (NEWEST, 0.99)):
        service.tag(photo_id, version, sky=score, lake=score, clouds=score, female=score)
        assert tags(service, bert, photo_id) == {
            "clouds": ("suggested", "model", score, version),
            "female": ("accepted", "model", 0.8, VERSION),
        }
    assert tags(service, bert, photo_id, include="rejected")["sky"] == ("rejected", "model", 0.9, VERSION)


def test_label_rejected_in_advance_is_never_suggested(
    service: PhotosService, bert: Identity, jpeg: bytes
) -> None:
    photo_id = service.post(bert, jpeg)["id"]
    service.render(photo_id)
    decided(service, bert, photo_id, sky="rejected")
    service.tag(photo_id, sky=0.9, clouds=0.8)
    assert sorted(tags(service, bert, photo_id)) == ["clouds"]
    withdraw(service, bert, photo_id, "sky")
    assert tags(service, bert, photo_id)["sky"] == ("suggested", "model", 0.9, VERSION)


def test_withdrawn_decision_restores_the_suggestion(
    service: PhotosService, bert: Identity, photo_id: str
) -> None:
    decided(service, bert, photo_id, sky="rejected", female="accepted", lake="accepted", home="accepted")
    for label in ("sky", "female", "lake", "home"):
        withdraw(service, bert, photo_id, label)
    assert tags(service, bert, photo_id) == {
        "sky": ("suggested", "model", 0.9, VERSION),
        "female": ("suggested", "model", 0.8, VERSION),
    }
    assert tags(service, ANONYMOUS, photo_id) == {"sky": ("suggested", "model", 0.9, VERSION)}
    assert "home" not in tags(service, bert, photo_id, include="all")


def test_restored_suggestion_is_of_the_current_model(
    service: PhotosService, bert: Identity, photo_id: str
) -> None:
    decided(service, bert, photo_id, sky="rejected", home="accepted", female="accepted")
    service.tag(photo_id, NEWER, sky=0.6)
    unknown = service.found(photo_id, NEWEST, sky=0.7)
    scores = {"sky": 0.7, "home": 0.8}
    newest = unknown.model_copy(update={"scores": scores, "over_threshold": list(scores)})
    record_tags(service.services, newest)
    for label in ("sky", "home", "female"):
        withdraw(service, bert, photo_id, label)
    assert tags(service, bert, photo_id, include="all") == {
        "sky": ("suggested", "model", 0.7, NEWEST),
        "home": ("suggested", "model", 0.8, NEWEST),
    }


def test_new_decision_adopts_the_newer_score(service: PhotosService, bert: Identity, photo_id: str) -> None:
    decided(service, bert, photo_id, sky="rejected")
    service.tag(photo_id, NEWER, sky=0.6)
    decided(service, bert, photo_id, sky="accepted")
    assert tags(service, bert, photo_id)["sky"] == ("accepted", "model", 0.6, NEWER)
    assert history(service, photo_id) == [("sky", "rejected", 0.9, VERSION), ("sky", "accepted", 0.6, NEWER)]


def test_history_holds_every_decision_once(service: PhotosService, bert: Identity, photo_id: str) -> None:
    for _ in range(3):
        decided(service, bert, photo_id, sky="accepted", home="accepted", mist="rejected")
    for _ in range(2):
        withdraw(service, bert, photo_id, "sky")
        withdraw(service, bert, photo_id, "home")
        withdraw(service, bert, photo_id, "lake")
    assert history(service, photo_id) == [
        ("sky", "accepted", 0.9, VERSION),
        ("home", "accepted", None, None),
        ("mist", "rejected", None, None),
        ("sky", None, 0.9, VERSION),
        ("home", None, None, None),
    ]


def test_include_all_returns_the_history(
    service: PhotosService, anna: Identity, bert: Identity, photo_id: str
) -> None:
    decided(service, bert, photo_id, sky="accepted", home="accepted")
    withdraw(service, bert, photo_id, "sky")
    found = service.get(bert, photo_id, include="all")["decisions"]
    said = [(each["label"], each["state"], each["score"], each["model_version"]) for each in found]
    assert said == [
        ("sky", None, 0.9, VERSION),
        ("home", "accepted", None, None),
        ("sky", "accepted", 0.9, VERSION),
    ]
    assert service.get(bert, photo_id)["decisions"] is None
    assert service.get(anna, photo_id, include="all")["decisions"] is None


def test_tags_sent_with_an_upload_are_decisions(service: PhotosService, bert: Identity, jpeg: bytes) -> None:
    photo_id = service.publish(bert, jpeg, {"tags": "home, Sky"}, sky=0.9)
    assert history(service, photo_id) == [("home", "accepted", None, None), ("sky", "accepted", None, None)]
    withdraw(service, bert, photo_id, "sky")
    assert tags(service, bert, photo_id)["sky"] == ("suggested", "model", 0.9, VERSION)


def test_who_may_decide(service: PhotosService, anna: Identity, bert: Identity, photo_id: str) -> None:
    assert problem(decide(service, anna, photo_id, "sky", "rejected")) == (403, "forbidden")
    assert problem(decide(service, ANONYMOUS, photo_id, "sky", "rejected")) == (
        401,
        "authentication_required",
    )
    key = bert.model_copy(update={"session_id": None, "scopes": ("read",)})
    assert problem(decide(service, key, photo_id, "sky", "rejected")) == (403, "missing_scope")
    hidden = service.publish(bert, make_jpeg(32, 24), {"visibility": "private"}, sky=0.9)
    assert problem(decide(service, anna, hidden, "sky", "rejected")) == (404, "not_found")
    assert problem(decide(service, bert, "no-uuid", "sky", "rejected")) == (404, "not_found")
    assert problem(service.client(anna).delete(f"{PATH}/{photo_id}/tags/sky")) == (403, "forbidden")
    assert tags(service, bert, photo_id)["sky"][0] == "suggested"


@pytest.mark.parametrize("label", ["a+b", "<b>", " ", "x" * 65, "a\0b", "\u200b", "a,b", "\u0301x"])
def test_bad_labels(service: PhotosService, bert: Identity, photo_id: str, label: str) -> None:
    assert problem(decide(service, bert, photo_id, label, "accepted")) == (422, "bad_label")


@pytest.mark.parametrize("body", [{"state": "suggested"}, {}, {"state": "accepted", "score": 1}, []])
def test_bad_decisions(service: PhotosService, bert: Identity, photo_id: str, body: Any) -> None:
    answer = service.client(bert).put(f"{PATH}/{photo_id}/tags/sky", json=body)
    assert problem(answer) == (422, "validation_failed")


def test_own_tags_are_limited(
    service: PhotosService, bert: Identity, photo_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "MAX_OWN_TAGS", 2)
    decided(service, bert, photo_id, one="accepted", two="rejected")
    assert problem(decide(service, bert, photo_id, "three", "accepted")) == (409, "too_many_tags")
    decided(service, bert, photo_id, one="rejected", sky="accepted", lake="accepted")
    withdraw(service, bert, photo_id, "one")
    decided(service, bert, photo_id, three="accepted")


# --- sensitive labels: the owner's alone while suggested, ordinary once accepted ------------------


def filtered(service: PhotosService, caller: Identity, **query: Any) -> int:
    return len(service.client(caller).get(PATH, params=query).json()["items"])


def counted(service: PhotosService, caller: Identity) -> list[str]:
    return sorted(item["label"] for item in service.client(caller).get("/api/v1/tags").json()["items"])


def test_sensitive_suggestion_is_only_shown_to_the_owner(
    service: PhotosService, anna: Identity, bert: Identity, photo_id: str
) -> None:
    for other in (anna, ANONYMOUS):
        for include in ({}, {"include": "all"}, {"include": "rejected"}):
            assert sorted(tags(service, other, photo_id, **include)) == ["sky"]
        assert filtered(service, other, tag="female") == 0
        assert filtered(service, other, tag=["sky", "female"]) == 0
        assert filtered(service, other, tag="female", min_score=0.1) == 0
        assert counted(service, other) == ["sky"]
        listed = service.client(other).get(PATH, params={"user": "bert"}).json()["items"]
        assert [tag["label"] for tag in listed[0]["tags"]] == ["sky"]
        assert "female" not in listed[0]["alt_text"]
    assert sorted(tags(service, bert, photo_id)) == ["female", "sky"]
    assert filtered(service, bert, tag="female", min_score=0.7) == 1
    assert counted(service, bert) == ["female", "sky"]
    assert "female" not in service.get(bert, photo_id)["alt_text"]
    tagged = [(user, data) for user, kind, data in service.events.emitted if kind == "photo.tagged"]
    assert [user for user, _ in tagged] == [bert.user_id]
    assert [tag["label"] for tag in tagged[0][1]["tags"]] == ["sky", "female"]


def test_min_score_does_not_reveal_a_sensitive_suggestion(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    service.publish(bert, make_jpeg(32, 24), sky=0.6, female=0.95)
    assert filtered(service, anna, min_score=0.9) == 0
    assert filtered(service, bert, min_score=0.9) == 1


def test_accepted_sensitive_label_is_public(
    service: PhotosService, anna: Identity, bert: Identity, photo_id: str
) -> None:
    decided(service, bert, photo_id, female="accepted")
    for viewer in (anna, ANONYMOUS, bert):
        assert tags(service, viewer, photo_id)["female"] == ("accepted", "model", 0.8, VERSION)
        assert filtered(service, viewer, tag="female") == 1
        assert filtered(service, viewer, tag="female", min_score=0.7) == 1
        assert counted(service, viewer) == ["female", "sky"]
        assert service.get(viewer, photo_id)["alt_text"] == "Photo of female and sky, by bert"
    service.tag(photo_id, NEWER, sky=0.9, female=0.9)
    assert "female" in tags(service, ANONYMOUS, photo_id)
    withdraw(service, bert, photo_id, "female")
    assert "female" not in tags(service, ANONYMOUS, photo_id)
    decided(service, bert, photo_id, female="rejected")
    assert "female" not in tags(service, ANONYMOUS, photo_id, include="all")
    assert filtered(service, bert, tag="female") == 0


def test_withdrawn_sensitive_label_is_private_again(
    service: PhotosService, bert: Identity, jpeg: bytes
) -> None:
    photo_id = service.post(bert, jpeg)["id"]
    service.render(photo_id)
    decided(service, bert, photo_id, female="accepted")
    service.tag(photo_id, sky=0.9, female=0.8)
    assert tags(service, ANONYMOUS, photo_id)["female"] == ("accepted", "user", None, None)
    withdraw(service, bert, photo_id, "female")
    assert sorted(tags(service, ANONYMOUS, photo_id)) == ["sky"]
    assert tags(service, bert, photo_id)["female"] == ("suggested", "model", 0.8, VERSION)


# --- the description that is made of the tags -----------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "states", "expected"),
    [
        ({"sky": 0.9, "lake": 0.75}, {}, "Photo of sky and lake, by bert"),
        ({"sky": 0.9, "lake": 0.6}, {}, "Photo of sky, by bert"),
        ({"sky": 0.9}, {"clouds": "accepted"}, "Photo of clouds and sky, by bert"),
        ({"sky": 0.6, "lake": 0.55}, {}, "Photo that may show sky and lake, by bert"),
        ({"sky": 0.6}, {"plant_life": "accepted"}, "Photo of plant life, by bert"),
        ({"sky": 0.9}, {"sky": "rejected"}, "Photo by bert, without a description"),
        ({"female": 0.9}, {}, "Photo by bert, without a description"),
        (
            {"sky": 0.9, "lake": 0.8},
            {"one": "accepted", "two": "accepted", "ten": "accepted"},
            "Photo of one, ten, two and sky, by bert",
        ),
    ],
)
def test_alt_text_prefers_accepted_then_confident_tags(
    service: PhotosService,
    bert: Identity,
    jpeg: bytes,
    scores: dict[str, float],
    states: dict[str, str],
    expected: str,
) -> None:
    photo_id = service.publish(bert, jpeg, None, **scores)
    decided(service, bert, photo_id, **states)
    assert service.get(ANONYMOUS, photo_id)["alt_text"] == expected
