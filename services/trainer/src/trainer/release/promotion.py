"""What is served: a version comes into production through the gate, and goes back by one write."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.dataset import Dataset
from trainer.errors import GateRefused
from trainer.release.comparison import Comparison, compare_with_production
from trainer.release.gate import Gate, check
from trainer.support.progress import Phases, silent
from vignette_shared.errors import ModelMissing
from vignette_shared.promotions import standing, switch
from vignette_shared.registry import PRODUCTION, AliasEntry, Registry


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody's word against the gate's."""

    reason: str


@dataclass(frozen=True, slots=True)
class Promoted:
    """`replaced` was in production before."""

    version: str
    replaced: str | None
    gate: Gate
    comparison: Comparison | None = None

    def as_json(self) -> dict[str, Any]:
        gate = {"passed": self.gate.passed, "reasons": list(self.gate.reasons)}
        return {"version": self.version, "replaced": self.replaced, "gate": gate}


def promote(
    registry: Registry,
    version: str,
    *,
    by: str,
    reason: str = "",
    override: Override | None = None,
    source: Dataset | None = None,
    work: Path | None = None,
    report: Phases = silent,
) -> Promoted:
    """Put a version into production if the gate lets it through, or somebody overrides it.

    Args:
        source, work: images and bottleneck cache, for versions whose figures are not of the same images.
        report: called with the phase `gate` while these are embedded.

    Raises:
        GateRefused: it would be worse; nothing has changed.
        ProductionMoved: another version came into production since the comparison.
        ModelError: the version is missing or damaged.
        DatasetError: there is nothing to compare by.
    """
    verify(registry, version)
    entry = registry.alias(PRODUCTION)
    present = entry.version if entry else None
    if present == version:
        return Promoted(version, present, Gate(passed=True))
    comparison, gate = None, Gate(passed=True)
    if override is None:
        comparison = compare_with_production(registry, version, source, work, report)
        present = comparison.against
        gate = check(comparison.candidate, comparison.production)
        if not gate.passed:
            raise GateRefused(
                f"{version} does not replace {present}: {' '.join(gate.reasons)} "
                "To do so all the same: --force --reason TEXT.",
                gate.reasons,
            )
    told = f"forced: {override.reason}" if override else reason or "the gate let it through"
    switch(registry, version, expected=present, previous=present, by=by, reason=told)
    _keep_previous(registry, present, by)
    return Promoted(version, present, gate, comparison)


def rollback(registry: Registry, *, by: str, reason: str = "") -> AliasEntry:
    """Put back what was in production before; a second rollback goes one further.

    Raises:
        ModelMissing: there is nothing before it.
        ModelDamaged: what was before is damaged; production stays.
        ProductionMoved: another change came first.
    """
    entry = registry.alias(PRODUCTION)
    if entry is None:
        raise ModelMissing("Nothing is in production, so there is nothing to go back from.")
    target = entry.previous
    if target is None:
        raise ModelMissing(f"{entry.version} is the first in production: there is none to go back to.")
    verify(registry, target)
    promoted = standing(registry)
    before = promoted[-2].previous if len(promoted) > 1 else None
    told = reason or f"back from {entry.version}"
    done = switch(
        registry, target, expected=entry.version, previous=before, kind="rollback", by=by, reason=told
    )
    _keep_previous(registry, before, by)
    return done


def verify(registry: Registry, version: str) -> None:
    """Raise `ModelMissing` or `ModelDamaged` unless every file of a version and its backbone is whole."""
    manifest = registry.model(version)
    for name in manifest.files:
        registry.model_file(version, name)
    for name in registry.backbone(manifest.backbone).files:
        registry.backbone_file(manifest.backbone, name)


def _keep_previous(registry: Registry, version: str | None, by: str) -> None:
    """Let the alias `previous` follow. For people: `production` itself holds what a rollback needs."""
    if version is None:
        registry.store.delete("models/aliases/previous.json")
    else:
        registry.set_alias("previous", version, by=by)
