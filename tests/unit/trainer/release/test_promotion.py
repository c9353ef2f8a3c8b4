"""Versions are promoted through the gate, one at a time, and rolled back."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.trainer.versions import BACKBONE, figures, measured_run, publish_backbone

from trainer.errors import DatasetError, GateRefused
from trainer.release.promotion import Override, promote, rollback
from trainer.release.publish import publish_run
from trainer.release.versions import diff_versions, list_versions, resolve
from vignette_shared.errors import ModelDamaged, ModelMissing, ProductionMoved, VersionTaken
from vignette_shared.promotions import HistoryEntry, history, switch
from vignette_shared.registry import PRODUCTION, Registry
from vignette_shared.storage import open_store


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(open_store((tmp_path / "registry").as_uri()))
    publish_backbone(made)
    return made


def published(registry: Registry, folder: Path, number: int, **changed: float) -> str:
    """Publish a version of its own, better with its number unless the figures say otherwise."""
    figured = figures(**{"sea": 0.5 + number / 100, **changed})
    run = measured_run(folder / f"run{number}", figured, bias=number)
    return publish_run(registry, run, by="test").version


def in_production(registry: Registry) -> str | None:
    entry = registry.alias(PRODUCTION)
    return entry.version if entry else None


def test_published_run_is_the_candidate_and_keeps_its_facts(registry: Registry, tmp_path: Path) -> None:
    version = published(registry, tmp_path, 1)
    manifest = registry.model(version)
    assert resolve(registry, "candidate") == version
    assert manifest.dataset == {"snapshot": "20260101T000000Z-0000abcd"}
    assert manifest.backbone == BACKBONE
    assert in_production(registry) is None


def test_a_run_is_published_once(registry: Registry, tmp_path: Path) -> None:
    run = measured_run(tmp_path / "run", figures())
    assert publish_run(registry, run, by="test") == publish_run(registry, run, by="test")
    assert len(registry.versions()) == 1


def test_unevaluated_run_is_rejected(registry: Registry, tmp_path: Path) -> None:
    run = measured_run(tmp_path / "run", figures())
    (run.folder / "metrics.json").unlink()
    with pytest.raises(DatasetError, match="vignette-trainer evaluate"):
        publish_run(registry, run, by="test")
    assert registry.versions() == []


def test_run_over_a_missing_backbone_is_rejected(tmp_path: Path) -> None:
    empty = Registry(open_store("memory://"))
    with pytest.raises(ModelMissing, match=BACKBONE):
        publish_run(empty, measured_run(tmp_path / "run", figures()), by="test")


def test_version_is_never_overwritten(registry: Registry, tmp_path: Path) -> None:
    version = published(registry, tmp_path, 1)
    manifest = registry.model(version)
    files: dict[str, bytes | Path] = {name: registry.model_file(version, name) for name in manifest.files}
    with pytest.raises(VersionTaken):
        registry.publish_model(manifest, files)


def test_rollback_restores_promotions_one_by_one(registry: Registry, tmp_path: Path) -> None:
    versions = [published(registry, tmp_path, number) for number in range(3)]
    for version in versions:
        promote(registry, version, by="test")
    assert in_production(registry) == versions[2]
    assert resolve(registry, "previous") == versions[1]
    assert rollback(registry, by="test").version == versions[1]
    assert rollback(registry, by="test", reason="worse").version == versions[0]
    with pytest.raises(ModelMissing, match="there is no previous one"):
        rollback(registry, by="test")
    entries = [(entry.kind, entry.version, entry.replaced) for entry in history(registry)]
    assert entries[:2] == [("rollback", versions[0], versions[1]), ("rollback", versions[1], versions[2])]
    assert next(history(registry)).reason == "worse"


def test_rejected_version_needs_force_with_a_reason(registry: Registry, tmp_path: Path) -> None:
    good = published(registry, tmp_path, 1)
    worse = published(registry, tmp_path, 2, sea=0.4)
    promote(registry, good, by="test")
    with pytest.raises(GateRefused, match=r"Mean AP.*--force --reason"):
        promote(registry, worse, by="test")
    assert in_production(registry) == good
    promote(registry, worse, by="test", override=Override("the old labels were wrong"))
    assert in_production(registry) == worse
    assert next(history(registry)).reason == "forced: the old labels were wrong"


def test_metrics_of_other_images_require_the_images(registry: Registry, tmp_path: Path) -> None:
    promote(registry, published(registry, tmp_path, 1), by="test")
    other = measured_run(tmp_path / "other", figures(sea=0.9), bias=9, dataset={"snapshot": "another"})
    with pytest.raises(DatasetError, match="--data"):
        promote(registry, publish_run(registry, other, by="test").version, by="test")


@pytest.mark.parametrize("victim", ["head.safetensors", "metrics.json"])
def test_damaged_version_is_not_promoted(registry: Registry, tmp_path: Path, victim: str) -> None:
    good = published(registry, tmp_path, 1)
    promote(registry, good, by="test")
    damaged = published(registry, tmp_path, 2)
    registry.store.put(f"models/versions/{damaged}/{victim}", b"{}", replace=True)
    with pytest.raises(ModelDamaged, match=victim):
        promote(registry, damaged, by="test")
    assert in_production(registry) == good


def test_one_of_several_concurrent_promotions_wins(registry: Registry, tmp_path: Path) -> None:
    first = published(registry, tmp_path, 0)
    promote(registry, first, by="test")
    rivals = [published(registry, tmp_path, number) for number in range(1, 7)]
    start, outcomes = threading.Barrier(len(rivals)), {}

    def race(version: str) -> None:
        start.wait()
        try:
            switch(registry, version, expected=first, previous=first)
            outcomes[version] = "won"
        except ProductionMoved:
            outcomes[version] = "entries"

    threads = [threading.Thread(target=race, args=(version,)) for version in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.values()) == ["entries"] * 5 + ["won"]
    assert outcomes[str(in_production(registry))] == "won"


def test_interrupted_promotion_is_ignored(registry: Registry, tmp_path: Path) -> None:
    """Killed between the history and the alias: the old version stays, and later ones get through."""
    first, dead, later = (published(registry, tmp_path, number) for number in range(3))
    promote(registry, first, by="test")

    def leave_behind(age: timedelta) -> None:
        at = datetime.now(UTC) - age
        entry = HistoryEntry(number=2, kind="promote", version=dead, previous=first, at=at)
        registry.store.put("models/history/00000002.json", entry.model_dump_json().encode(), replace=True)

    leave_behind(timedelta(seconds=1))
    assert in_production(registry) == first
    with pytest.raises(ProductionMoved, match="try again in a minute"):
        promote(registry, later, by="test")
    leave_behind(timedelta(minutes=1))
    promote(registry, later, by="test")
    assert rollback(registry, by="test").version == first


def test_versions_are_listed_and_compared(registry: Registry, tmp_path: Path) -> None:
    first, second = published(registry, tmp_path, 1), published(registry, tmp_path, 3)
    promote(registry, first, by="test")
    registry.store.put(f"models/versions/{first}/metrics.json", b"x", replace=True)
    listed = {entry.version: entry for entry in list_versions(registry)}
    assert listed[second].aliases == ("candidate",)
    assert "metrics.json is damaged" in listed[first].damaged
    third = published(registry, tmp_path, 5, ece=0.03)
    diff = diff_versions(registry, second, "candidate")
    assert diff.b == third
    assert diff.same_images
    assert diff.mean_ap.delta == pytest.approx(0.01)
    sea = next(entry for entry in diff.per_label if entry.label == "sea")
    assert sea.delta == pytest.approx(0.02)
    assert sea.low is not None
    assert sea.high is not None
    assert sea.low < 0.02 < sea.high
