"""Promote a version to production through the gate, and roll back by one write."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.dataset import Dataset
from trainer.errors import GateRefused
from trainer.release.comparison import Comparison, compare_with_production
from trainer.release.gate import check
from trainer.support.progress import PhaseCallback, no_progress
from vignette_shared.contracts.gate import GateVerdict
from vignette_shared.errors import ModelMissing
from vignette_shared.promotions import active_promotions, switch
from vignette_shared.registry import PRODUCTION, AliasEntry, Registry


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision to skip the gate, with the reason for the history."""

    reason: str


@dataclass(frozen=True, slots=True)
class Promotion:
    """A version that is in production now.

    `replaced` is the version that it replaced; `comparison` is None after an override.
    """

    version: str
    replaced: str | None
    verdict: GateVerdict
    comparison: Comparison | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "replaced": self.replaced,
            "gate": self.verdict.model_dump(mode="json"),
        }


def promote(
    registry: Registry,
    version: str,
    *,
    by: str,
    reason: str = "",
    override: Override | None = None,
    source: Dataset | None = None,
    work: Path | None = None,
    report: PhaseCallback = no_progress,
) -> Promotion:
    """Promote a version to production if it passes the gate or the gate is overridden.

    Args:
        by: the user's name, for the history.
        source, work: images and bottleneck cache, to measure versions that have no common metrics.
        report: called with the phase `gate` while images are embedded.

    Raises:
        GateRefused: the version would be worse; nothing has changed.
        ProductionMoved: another version was promoted since the comparison.
        ModelError: the version is missing or damaged.
        DatasetError: there are no common metrics and no images to measure on.
    """
    verify(registry, version)
    entry = registry.alias(PRODUCTION)
    current = entry.version if entry else None
    if current == version:
        return Promotion(version, current, GateVerdict(passed=True))
    comparison, verdict = None, GateVerdict(passed=True)
    if override is None:
        comparison = compare_with_production(registry, version, source, work, report)
        # Production may have changed since it was read above: `switch` checks the version compared with.
        current = comparison.against
        verdict = check(comparison.candidate, comparison.production)
        if not verdict.passed:
            raise GateRefused(
                f"{version} does not replace {current}: {' '.join(verdict.reasons)} "
                "To promote it anyway, use --force --reason TEXT.",
                verdict.reasons,
            )
    note = f"forced: {override.reason}" if override else reason or "passed the gate"
    # See docs/decisions/0022-promotion.md: of two promotions compared with the same version, one fails.
    switch(registry, version, expected=current, previous=current, by=by, reason=note)
    _point_previous(registry, current, by)
    return Promotion(version, current, verdict, comparison)


def rollback(registry: Registry, *, by: str, reason: str = "") -> AliasEntry:
    """Restore the previous production version; a second rollback restores the one before that.

    Raises:
        ModelMissing: there is no previous version.
        ModelDamaged: the previous version is damaged; production stays.
        ProductionMoved: another change came first.
    """
    entry = registry.alias(PRODUCTION)
    if entry is None:
        raise ModelMissing("No version is in production, so there is nothing to roll back.")
    target = entry.previous
    if target is None:
        raise ModelMissing(f"{entry.version} is the first version in production; there is no previous one.")
    verify(registry, target)
    promotions = active_promotions(registry)
    before = promotions[-2].previous if len(promotions) > 1 else None
    note = reason or f"rolled back from {entry.version}"
    restored = switch(
        registry, target, expected=entry.version, previous=before, kind="rollback", by=by, reason=note
    )
    _point_previous(registry, before, by)
    return restored


def verify(registry: Registry, version: str) -> None:
    """Raise `ModelMissing` or `ModelDamaged` unless every file of a version and its backbone is intact."""
    manifest = registry.model(version)
    for name in manifest.files:
        registry.model_file(version, name)
    for name in registry.backbone(manifest.backbone).files:
        registry.backbone_file(manifest.backbone, name)


def _point_previous(registry: Registry, version: str | None, by: str) -> None:
    """Update the alias `previous`. It is informative: `production` itself holds what a rollback needs."""
    if version is None:
        registry.store.delete("models/aliases/previous.json")
    else:
        registry.set_alias("previous", version, by=by)
