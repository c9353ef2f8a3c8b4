"""The comparison of two published versions."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.photos.published import BACKBONE, VERSION
from tests.support.photos.service import PhotosService
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.registry import ModelManifest, Registry, file_hash

NEWER = "20260201T000000Z-1111abcd"
OLDER = "20251201T000000Z-2222abcd"


def measured(label: str, ap: float, low: float, high: float, support: int = 50) -> dict[str, Any]:
    rest = {"threshold": 0.5, "precision": None, "recall": None, "ece": 0.01, "curve": [[0.5, 0.5]]}
    return {"label": label, "ap": ap, "ap_low": low, "ap_high": high, "support": support, **rest}


def publish(registry: Registry, version: str, mean_ap: float, *labels: dict[str, Any]) -> None:
    metrics = json.dumps({"mean_ap": mean_ap, "per_label": list(labels)}).encode()
    manifest = ModelManifest(
        files={"metrics.json": file_hash(metrics)},
        created_at=datetime(2026, 2, 1, tzinfo=UTC),
        version=version,
        backbone=BACKBONE,
        labels=[entry["label"] for entry in labels],
        thresholds=[0.5] * len(labels),
    )
    registry.publish_model(manifest, {"metrics.json": metrics})


@pytest.fixture
def two(service: PhotosService) -> PhotosService:
    registry = service.services.registry
    publish(
        registry,
        OLDER,
        0.5,
        measured("sky", 0.60, 0.56, 0.63),
        measured("lake", 0.40, 0.30, 0.50),
        measured("night", 0.0, 0.0, 0.0, support=0),
    )
    publish(
        registry,
        NEWER,
        0.54,
        measured("dog", 0.20, 0.10, 0.30),
        measured("night", 0.70, 0.60, 0.80),
        measured("sky", 0.70, 0.67, 0.74),
    )
    return service


def compare(service: PhotosService, caller: Identity, **versions: str) -> Any:
    return service.client(caller).get("/api/v1/models/compare", params=versions)


def test_common_labels_are_compared_with_an_interval(two: PhotosService, anna: Identity) -> None:
    body = compare(two, anna, a=OLDER, b=NEWER).json()
    assert (body["a"], body["b"]) == (OLDER, NEWER)
    assert body["mean_ap"] == {"a": 0.5, "b": 0.54, "delta": 0.04}
    by_label = {entry.pop("label"): entry for entry in body["per_label"]}
    # Down: b's own 0.03 and a's way up 0.03; up: b's own 0.04 and a's way down 0.04; in quadrature.
    assert by_label["sky"] == {"a": 0.6, "b": 0.7, "delta": 0.1, "low": 0.0576, "high": 0.1566}
    assert list(by_label) == ["sky", "lake", "night", "dog"]


@pytest.mark.parametrize(("label", "a", "b"), [("lake", 0.4, None), ("dog", None, 0.2), ("night", None, 0.7)])
def test_labels_without_metrics_are_not_compared(
    two: PhotosService, anna: Identity, label: str, a: float | None, b: float | None
) -> None:
    found = compare(two, anna, a=OLDER, b=NEWER).json()["per_label"]
    entry = next(entry for entry in found if entry["label"] == label)
    assert entry == {"label": label, "a": a, "b": b, "delta": None, "low": None, "high": None}


def test_comparison_is_antisymmetric(two: PhotosService, anna: Identity) -> None:
    forth, back = (compare(two, anna, a=a, b=b).json() for a, b in ((OLDER, NEWER), (NEWER, OLDER)))
    sky, mirrored = (
        next(entry for entry in body["per_label"] if entry["label"] == "sky") for body in (forth, back)
    )
    assert (mirrored["delta"], mirrored["low"], mirrored["high"]) == (
        -sky["delta"],
        -sky["high"],
        -sky["low"],
    )


def test_model_compared_with_itself_has_no_difference(two: PhotosService, anna: Identity) -> None:
    body = compare(two, anna, a=NEWER, b=NEWER).json()
    assert body["mean_ap"]["delta"] == 0
    assert all(entry["low"] < 0 == entry["delta"] < entry["high"] for entry in body["per_label"])


@pytest.mark.parametrize(
    ("versions", "refusal"),
    [
        ({"a": OLDER, "b": "unknown"}, (404, "not_found")),
        ({"a": "../x", "b": OLDER}, (404, "not_found")),
        ({"a": OLDER}, (422, "validation_failed")),
        ({"a": OLDER, "b": ""}, (422, "validation_failed")),
    ],
)
def test_unknown_versions_are_rejected(
    two: PhotosService, anna: Identity, versions: dict[str, str], refusal: tuple[int, str]
) -> None:
    answer = compare(two, anna, **versions)
    assert problem(answer) == refusal


def test_comparison_needs_authentication_and_intact_models(two: PhotosService, anna: Identity) -> None:
    assert compare(two, ANONYMOUS, a=OLDER, b=NEWER).status_code == 401
    two.services.registry.store.put(f"models/versions/{NEWER}/metrics.json", b"{}", replace=True)
    answer = compare(two, anna, a=VERSION, b=NEWER)
    assert problem(answer) == (503, "model_damaged")
