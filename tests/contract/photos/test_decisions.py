"""What an owner decides about labels: kept through every model, and where others see it."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.support.photos.published import VERSION
from tests.support.photos.service import House
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.models import TagDecisionRow
from photos.pipeline.tagging import record_tags
from photos.tags import decisions
from vignette_shared.contracts.identity import ANONYMOUS, Identity

PATH = "/api/v1/photos"
NEWER = "20260505T000000Z-0000abcd"
NEWEST = "20260707T000000Z-0000abcd"


def decide(house: House, caller: Identity, photo_id: str, label: str, state: str) -> httpx.Response:
    address = f"{PATH}/{photo_id}/tags/{quote(label, safe='')}"
    return house.client(caller).put(address, json={"state": state})


def decided(house: House, caller: Identity, photo_id: str, **states: str) -> None:
    for label, state in states.items():
        assert decide(house, caller, photo_id, label, state).status_code == 204


def withdraw(house: House, caller: Identity, photo_id: str, label: str) -> None:
    address = f"{PATH}/{photo_id}/tags/{quote(label, safe='')}"
    assert house.client(caller).delete(address).status_code == 204


def tags(house: House, caller: Identity, photo_id: str, **query: str) -> dict[str, tuple[Any, ...]]:
    """Return (state, source, score, model_version) by label."""
    found = house.get(caller, photo_id, **query)["tags"]
    return {tag["label"]: (tag["state"], tag["source"], tag["score"], tag["model_version"]) for tag in found}


def history(house: House, photo_id: str) -> list[tuple[str, str | None, float | None, str | None]]:
    with Session(house.services.database.engine) as session:
        rows = session.scalars(
            select(TagDecisionRow).where(TagDecisionRow.photo_id == photo_id).order_by(TagDecisionRow.id)
        )
        return [(row.label, row.state, row.score, row.model_version) for row in rows]


@pytest.fixture
def photo_id(house: House, bert: Identity, jpeg: bytes) -> str:
    """By bert: the model suggests sky and, which is sensitive, female."""
    return house.publish(bert, jpeg, sky=0.9, female=0.8)


def test_an_accepted_suggestion_keeps_source_score_and_version(
    house: House, bert: Identity, photo_id: str
) -> None:
    decided(house, bert, photo_id, sky="accepted")
    assert tags(house, ANONYMOUS, photo_id) == {"sky": ("accepted", "model", 0.9, VERSION)}


def test_unsuggested_label_becomes_the_owners(house: House, bert: Identity, photo_id: str) -> None:
    assert decide(house, bert, photo_id, "  Äpfel im ＫＯＲＢ ", "accepted").status_code == 204
    own = ("accepted", "user", None, None)
    assert tags(house, ANONYMOUS, photo_id)["äpfel im korb"] == own
    decided(house, bert, photo_id, lake="accepted")  # scored far below its threshold: shown from now on
    assert tags(house, ANONYMOUS, photo_id)["lake"] == ("accepted", "model", 0.01, VERSION)


def test_rejected_tag_is_shown_to_its_owner_on_request(
    house: House, anna: Identity, bert: Identity, photo_id: str
) -> None:
    decided(house, bert, photo_id, sky="rejected")
    assert "sky" not in tags(house, bert, photo_id)
    assert tags(house, bert, photo_id, include="rejected")["sky"] == ("rejected", "model", 0.9, VERSION)
    assert sorted(tags(house, bert, photo_id, include="all")) == ["clouds", "female", "lake", "sky"]
    assert tags(house, anna, photo_id, include="rejected") == {}
    page = house.client().get(PATH, params={"tag": "sky"}).json()
    assert page["items"] == []
    assert house.client().get("/api/v1/tags").json()["items"] == []


def test_decisions_survive_many_versions(house: House, bert: Identity, photo_id: str) -> None:
    decided(house, bert, photo_id, sky="rejected", lake="rejected", home="rejected", female="accepted")
    for version, score in ((NEWER, 0.95), (NEWEST, 0.99)):
        house.tag(photo_id, version, sky=score, lake=score, clouds=score, female=score)
        assert tags(house, bert, photo_id) == {
            "clouds": ("suggested", "model", score, version),
            "female": ("accepted", "model", 0.8, VERSION),
        }
    assert tags(house, bert, photo_id, include="rejected")["sky"] == ("rejected", "model", 0.9, VERSION)


def test_label_rejected_in_advance_is_never_suggested(house: House, bert: Identity, jpeg: bytes) -> None:
    photo_id = house.post(bert, jpeg)["id"]
    house.render(photo_id)
    decided(house, bert, photo_id, sky="rejected")
    house.tag(photo_id, sky=0.9, clouds=0.8)
    assert sorted(tags(house, bert, photo_id)) == ["clouds"]
    withdraw(house, bert, photo_id, "sky")
    assert tags(house, bert, photo_id)["sky"] == ("suggested", "model", 0.9, VERSION)


def test_withdrawn_decision_restores_the_suggestion(house: House, bert: Identity, photo_id: str) -> None:
    decided(house, bert, photo_id, sky="rejected", female="accepted", lake="accepted", home="accepted")
    for label in ("sky", "female", "lake", "home"):
        withdraw(house, bert, photo_id, label)
    assert tags(house, bert, photo_id) == {
        "sky": ("suggested", "model", 0.9, VERSION),
        "female": ("suggested", "model", 0.8, VERSION),
    }
    assert tags(house, ANONYMOUS, photo_id) == {"sky": ("suggested", "model", 0.9, VERSION)}
    assert "home" not in tags(house, bert, photo_id, include="all")


def test_restored_suggestion_is_of_the_current_model(house: House, bert: Identity, photo_id: str) -> None:
    decided(house, bert, photo_id, sky="rejected", home="accepted", female="accepted")
    house.tag(photo_id, NEWER, sky=0.6)
    unknown = house.found(photo_id, NEWEST, sky=0.7)
    scores = {"sky": 0.7, "home": 0.8}
    newest = unknown.model_copy(update={"scores": scores, "over_threshold": list(scores)})
    record_tags(house.services, newest)
    for label in ("sky", "home", "female"):
        withdraw(house, bert, photo_id, label)
    assert tags(house, bert, photo_id, include="all") == {
        "sky": ("suggested", "model", 0.7, NEWEST),
        "home": ("suggested", "model", 0.8, NEWEST),
    }


def test_new_decision_adopts_the_newer_score(house: House, bert: Identity, photo_id: str) -> None:
    decided(house, bert, photo_id, sky="rejected")
    house.tag(photo_id, NEWER, sky=0.6)
    decided(house, bert, photo_id, sky="accepted")
    assert tags(house, bert, photo_id)["sky"] == ("accepted", "model", 0.6, NEWER)
    assert history(house, photo_id) == [("sky", "rejected", 0.9, VERSION), ("sky", "accepted", 0.6, NEWER)]


def test_history_holds_every_decision_once(house: House, bert: Identity, photo_id: str) -> None:
    for _ in range(3):
        decided(house, bert, photo_id, sky="accepted", home="accepted", mist="rejected")
    for _ in range(2):
        withdraw(house, bert, photo_id, "sky")
        withdraw(house, bert, photo_id, "home")
        withdraw(house, bert, photo_id, "lake")
    assert history(house, photo_id) == [
        ("sky", "accepted", 0.9, VERSION),
        ("home", "accepted", None, None),
        ("mist", "rejected", None, None),
        ("sky", None, 0.9, VERSION),
        ("home", None, None, None),
    ]


def test_include_all_returns_the_history(house: House, anna: Identity, bert: Identity, photo_id: str) -> None:
    decided(house, bert, photo_id, sky="accepted", home="accepted")
    withdraw(house, bert, photo_id, "sky")
    found = house.get(bert, photo_id, include="all")["decisions"]
    said = [(each["label"], each["state"], each["score"], each["model_version"]) for each in found]
    assert said == [
        ("sky", None, 0.9, VERSION),
        ("home", "accepted", None, None),
        ("sky", "accepted", 0.9, VERSION),
    ]
    assert house.get(bert, photo_id)["decisions"] is None
    assert house.get(anna, photo_id, include="all")["decisions"] is None


def test_tags_sent_with_an_upload_are_decisions(house: House, bert: Identity, jpeg: bytes) -> None:
    photo_id = house.publish(bert, jpeg, {"tags": "home, Sky"}, sky=0.9)
    assert history(house, photo_id) == [("home", "accepted", None, None), ("sky", "accepted", None, None)]
    withdraw(house, bert, photo_id, "sky")
    assert tags(house, bert, photo_id)["sky"] == ("suggested", "model", 0.9, VERSION)


def test_who_may_decide(house: House, anna: Identity, bert: Identity, photo_id: str) -> None:
    assert problem(decide(house, anna, photo_id, "sky", "rejected")) == (403, "forbidden")
    assert problem(decide(house, ANONYMOUS, photo_id, "sky", "rejected")) == (401, "authentication_required")
    key = bert.model_copy(update={"session_id": None, "scopes": ("read",)})
    assert problem(decide(house, key, photo_id, "sky", "rejected")) == (403, "missing_scope")
    hidden = house.publish(bert, make_jpeg(32, 24), {"visibility": "private"}, sky=0.9)
    assert problem(decide(house, anna, hidden, "sky", "rejected")) == (404, "not_found")
    assert problem(decide(house, bert, "no-uuid", "sky", "rejected")) == (404, "not_found")
    assert problem(house.client(anna).delete(f"{PATH}/{photo_id}/tags/sky")) == (403, "forbidden")
    assert tags(house, bert, photo_id)["sky"][0] == "suggested"


@pytest.mark.parametrize("label", ["a+b", "<b>", " ", "x" * 65, "a\0b", "\u200b", "a,b", "\u0301x"])
def test_bad_labels(house: House, bert: Identity, photo_id: str, label: str) -> None:
    assert problem(decide(house, bert, photo_id, label, "accepted")) == (422, "bad_label")


@pytest.mark.parametrize("body", [{"state": "suggested"}, {}, {"state": "accepted", "score": 1}, []])
def test_bad_decisions(house: House, bert: Identity, photo_id: str, body: Any) -> None:
    answer = house.client(bert).put(f"{PATH}/{photo_id}/tags/sky", json=body)
    assert problem(answer) == (422, "validation_failed")


def test_own_tags_are_limited(
    house: House, bert: Identity, photo_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "MAX_OWN_TAGS", 2)
    decided(house, bert, photo_id, one="accepted", two="rejected")
    assert problem(decide(house, bert, photo_id, "three", "accepted")) == (409, "too_many_tags")
    decided(house, bert, photo_id, one="rejected", sky="accepted", lake="accepted")
    withdraw(house, bert, photo_id, "one")
    decided(house, bert, photo_id, three="accepted")


# --- sensitive labels: the owner's alone while suggested, ordinary once accepted ------------------


def filtered(house: House, caller: Identity, **query: Any) -> int:
    return len(house.client(caller).get(PATH, params=query).json()["items"])


def counted(house: House, caller: Identity) -> list[str]:
    return sorted(item["label"] for item in house.client(caller).get("/api/v1/tags").json()["items"])


def test_sensitive_suggestion_is_only_shown_to_the_owner(
    house: House, anna: Identity, bert: Identity, photo_id: str
) -> None:
    for other in (anna, ANONYMOUS):
        for include in ({}, {"include": "all"}, {"include": "rejected"}):
            assert sorted(tags(house, other, photo_id, **include)) == ["sky"]
        assert filtered(house, other, tag="female") == 0
        assert filtered(house, other, tag=["sky", "female"]) == 0
        assert filtered(house, other, tag="female", min_score=0.1) == 0
        assert counted(house, other) == ["sky"]
        listed = house.client(other).get(PATH, params={"user": "bert"}).json()["items"]
        assert [tag["label"] for tag in listed[0]["tags"]] == ["sky"]
        assert "female" not in listed[0]["alt_text"]
    assert sorted(tags(house, bert, photo_id)) == ["female", "sky"]
    assert filtered(house, bert, tag="female", min_score=0.7) == 1
    assert counted(house, bert) == ["female", "sky"]
    assert "female" not in house.get(bert, photo_id)["alt_text"]
    tagged = [(user, data) for user, kind, data in house.events.told if kind == "photo.tagged"]
    assert [user for user, _ in tagged] == [bert.user_id]
    assert [tag["label"] for tag in tagged[0][1]["tags"]] == ["sky", "female"]


def test_min_score_does_not_reveal_a_sensitive_suggestion(
    house: House, anna: Identity, bert: Identity
) -> None:
    house.publish(bert, make_jpeg(32, 24), sky=0.6, female=0.95)
    assert filtered(house, anna, min_score=0.9) == 0
    assert filtered(house, bert, min_score=0.9) == 1


def test_accepted_sensitive_label_is_public(
    house: House, anna: Identity, bert: Identity, photo_id: str
) -> None:
    decided(house, bert, photo_id, female="accepted")
    for viewer in (anna, ANONYMOUS, bert):
        assert tags(house, viewer, photo_id)["female"] == ("accepted", "model", 0.8, VERSION)
        assert filtered(house, viewer, tag="female") == 1
        assert filtered(house, viewer, tag="female", min_score=0.7) == 1
        assert counted(house, viewer) == ["female", "sky"]
        assert house.get(viewer, photo_id)["alt_text"] == "Photo of female and sky, by bert"
    house.tag(photo_id, NEWER, sky=0.9, female=0.9)
    assert "female" in tags(house, ANONYMOUS, photo_id)
    withdraw(house, bert, photo_id, "female")
    assert "female" not in tags(house, ANONYMOUS, photo_id)
    decided(house, bert, photo_id, female="rejected")
    assert "female" not in tags(house, ANONYMOUS, photo_id, include="all")
    assert filtered(house, bert, tag="female") == 0


def test_withdrawn_sensitive_label_is_private_again(house: House, bert: Identity, jpeg: bytes) -> None:
    photo_id = house.post(bert, jpeg)["id"]
    house.render(photo_id)
    decided(house, bert, photo_id, female="accepted")
    house.tag(photo_id, sky=0.9, female=0.8)
    assert tags(house, ANONYMOUS, photo_id)["female"] == ("accepted", "user", None, None)
    withdraw(house, bert, photo_id, "female")
    assert sorted(tags(house, ANONYMOUS, photo_id)) == ["sky"]
    assert tags(house, bert, photo_id)["female"] == ("suggested", "model", 0.8, VERSION)


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
    house: House,
    bert: Identity,
    jpeg: bytes,
    scores: dict[str, float],
    states: dict[str, str],
    expected: str,
) -> None:
    photo_id = house.publish(bert, jpeg, None, **scores)
    decided(house, bert, photo_id, **states)
    assert house.get(ANONYMOUS, photo_id)["alt_text"] == expected
