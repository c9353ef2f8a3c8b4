"""Explanations of a tag: access, model version and caching."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.photos.fakes import Drawings
from tests.support.photos.published import LABELS, VERSION, publish_model
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.errors import TaggerBusy, TaggerUnavailable

NEWER = "20260201T000000Z-1111abcd"


@pytest.fixture
def photo_id(service: PhotosService, anna: Identity) -> str:
    return service.publish(anna, make_jpeg(640, 480), {"tags": "home"}, sky=0.9, female=0.8)


def explain(service: PhotosService, caller: Identity, photo_id: str, label: str = "sky") -> tuple[int, str]:
    """Return the status, and the body or the problem's code."""
    answer = service.client(caller).get(f"/api/v1/photos/{photo_id}/explain", params={"label": label})
    return answer.status_code, answer.text if answer.status_code == 200 else answer.json()["code"]


def drawings(service: PhotosService) -> Drawings:
    assert isinstance(service.services.explainer, Drawings)
    return service.services.explainer


def test_visible_tag_is_explained(service: PhotosService, bert: Identity, photo_id: str) -> None:
    for caller in (ANONYMOUS, bert):
        assert explain(service, caller, photo_id) == (200, "png of sky")
    assert explain(service, bert, photo_id, " Sky ") == (200, "png of sky")
    (job,) = drawings(service).asked  # the later ones got what was kept
    assert (job.model_version, job.label) == (VERSION, "sky")
    assert (job.width, job.height) == (400, 300)
    # The network of 128 px needs 384 on the shorter side, more than the thumb has.
    assert job.rendition_key == f"renditions/{photo_id}/preview.jpg"


def test_explanation_is_a_privately_cached_png(service: PhotosService, anna: Identity, photo_id: str) -> None:
    path = f"/api/v1/photos/{photo_id}/explain"
    answer = service.client().get(path, params={"label": "sky"})
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=600"
    assert answer.headers["x-content-type-options"] == "nosniff"
    service.client(anna).patch(f"/api/v1/photos/{photo_id}", json={"visibility": "private"})
    own = service.client(anna).get(path, params={"label": "sky"})
    assert own.headers["cache-control"] == "private, no-store"
    assert service.client().get(path, params={"label": "sky"}).status_code == 404


def test_hidden_label_is_explained_to_the_owner_only(
    service: PhotosService, anna: Identity, bert: Identity, photo_id: str
) -> None:
    # "female" is a sensitive suggestion, "lake" below its threshold.
    for label in ("female", "lake"):
        assert explain(service, bert, photo_id, label) == (404, "not_found")
        assert explain(service, ANONYMOUS, photo_id, label) == (404, "not_found")
        assert explain(service, anna, photo_id, label) == (200, f"png of {label}")


@pytest.mark.parametrize(
    ("label", "refusal"),
    [
        ("home", (404, "not_found")),  # the owner's own word, which the model does not know
        ("dragon", (404, "not_found")),
        ("a/b", (422, "bad_label")),
        (" ", (422, "bad_label")),
        ("", (422, "validation_failed")),
    ],
)
def test_other_labels_are_not_found(
    service: PhotosService, anna: Identity, photo_id: str, label: str, refusal: tuple[int, str]
) -> None:
    assert explain(service, anna, photo_id, label) == refusal
    assert drawings(service).asked == []


def test_unrendered_photo_has_no_explanation(service: PhotosService, anna: Identity) -> None:
    waiting = service.post(anna, make_jpeg(64, 48))["id"]
    assert explain(service, anna, waiting) == (404, "not_found")


@pytest.mark.parametrize(
    ("error", "code"),
    [(TaggerBusy(retry_after=2), "tagger_busy"), (TaggerUnavailable(retry_after=5), "tagger_unavailable")],
)
def test_unavailable_tagger_returns_503(
    service: PhotosService, anna: Identity, photo_id: str, error: Exception, code: str
) -> None:
    without = replace(service, services=replace(service.services, explainer=Drawings(error=error)))
    answer = without.client(anna).get(f"/api/v1/photos/{photo_id}/explain", params={"label": "sky"})
    assert problem(answer) == (503, code)
    assert int(answer.headers["retry-after"]) > 0


def test_new_model_draws_again(service: PhotosService, anna: Identity, photo_id: str) -> None:
    explain(service, anna, photo_id)
    publish_model(service.services.registry, NEWER)
    explain(service, anna, photo_id)
    assert [job.model_version for job in drawings(service).asked] == [VERSION, NEWER]
    service.services.registry.store.delete("models/aliases/production.json")
    assert explain(service, anna, photo_id) == (503, "model_missing")


def test_explanations_are_deleted_with_the_photo(
    service: PhotosService, anna: Identity, photo_id: str
) -> None:
    for label in LABELS:
        explain(service, anna, photo_id, label)
    assert len(list(service.services.store.list("transient/explanations"))) == len(LABELS)
    service.client(anna).delete(f"/api/v1/photos/{photo_id}", params={"permanent": "true"})
    assert list(service.services.store.list("transient/explanations")) == []


def test_explanations_are_cached_for_a_day(service: PhotosService, anna: Identity, photo_id: str) -> None:
    explain(service, anna, photo_id)
    service.reconcile()
    # What stores tell of a blob's age is the real time, not the test's.
    service.clock.now = service.clock.now.now(service.clock.now.tzinfo) + timedelta(days=1, minutes=1)
    assert list(service.services.store.list("transient/explanations")) != []
    service.reconcile()
    assert list(service.services.store.list("transient/explanations")) == []
