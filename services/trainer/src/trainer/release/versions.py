"""The published versions: look one up, list them, compare two."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from trainer.dataset.provenance import provenance_of
from vignette_shared.contracts.metrics import LabelMetrics, Metrics
from vignette_shared.errors import ModelError, ModelMissing
from vignette_shared.registry import Alias, Registry

ALIASES: tuple[Alias, ...] = ("production", "candidate", "previous")


def resolve(registry: Registry, name: str) -> str:
    """Return the version that an alias points at, or the version of that name; raises `ModelMissing`."""
    alias = next((each for each in ALIASES if each == name), None)
    if alias is None:
        return registry.model(name).version
    entry = registry.alias(alias)
    if entry is None:
        raise ModelMissing(f"The alias {name} is not set: publish a version first.")
    return entry.version


def stored_metrics(registry: Registry, version: str) -> Metrics:
    """Return the metrics that a version was published with; raises `ModelMissing`, `ModelDamaged`."""
    return Metrics.parse(registry.model_file(version, "metrics.json"), f"metrics.json of {version}")


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A published version; `metrics` is None and `damaged` the reason for one that can't be read."""

    version: str
    aliases: tuple[str, ...]
    metrics: Metrics | None = None
    created_at: str = ""
    backbone: str = ""
    labels: int = 0
    snapshot: str | None = None
    parent: str | None = None
    commit: str | None = None
    damaged: str = ""

    def as_json(self) -> dict[str, Any]:
        members = {"version": self.version, "aliases": list(self.aliases)}
        if self.metrics is None:
            return {**members, "damaged": self.damaged}
        names = ("split", "mean_ap", "mean_ap_low", "mean_ap_high", "ece")
        return {
            **members,
            "created_at": self.created_at,
            "backbone": self.backbone,
            "labels": self.labels,
            **{name: getattr(self.metrics, name) for name in names},
            "snapshot": self.snapshot,
            "parent": self.parent,
            "commit": self.commit,
        }


def list_versions(registry: Registry) -> list[VersionSummary]:
    """Return the published versions, newest first, including damaged ones."""
    aliases = {name: entry.version for name in ALIASES if (entry := registry.alias(name))}
    return [_summarise(registry, version, aliases) for version in registry.versions()]


def _summarise(registry: Registry, version: str, aliases: dict[Alias, str]) -> VersionSummary:
    names = tuple(name for name, target in aliases.items() if target == version)
    try:
        manifest = registry.model(version)
        metrics = stored_metrics(registry, version)
    # A damaged version must not hide the intact ones.
    except ModelError as error:
        return VersionSummary(version, names, damaged=error.detail)
    return VersionSummary(
        version,
        names,
        metrics,
        manifest.created_at.isoformat(),
        manifest.backbone,
        len(manifest.labels),
        provenance_of(manifest).snapshot,
        manifest.parent,
        manifest.commit,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A metric of versions a and b; `delta` is b - a."""

    a: float
    b: float
    delta: float


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A label's AP in versions a and b, None in a version without the label.

    `low` and `high` bound the change, assuming independent intervals, which errs on the wide side.
    """

    label: str
    a: float | None
    b: float | None
    delta: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """Version b compared with version a, in the shape of the API's model comparison and more.

    Attributes:
        same_images: whether both were measured on the same split of one snapshot. Otherwise the changes are
            only indicative.
        config: the settings that differ, with both values.
    """

    a: str
    b: str
    same_images: bool
    mean_ap: Change
    ece: Change
    per_label: tuple[LabelChange, ...]
    config: dict[str, tuple[Any, Any]]
    backbone: tuple[str, str]
    snapshot: tuple[str | None, str | None]

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def diff_versions(registry: Registry, a: str, b: str) -> VersionDiff:
    """Compare two versions or aliases; raises `ModelError` if one is missing or damaged."""
    old, new = (registry.model(resolve(registry, name)) for name in (a, b))
    before, after = (stored_metrics(registry, manifest.version) for manifest in (old, new))
    snapshots = (provenance_of(old).snapshot, provenance_of(new).snapshot)
    of_a, of_b = before.by_label, after.by_label
    return VersionDiff(
        a=old.version,
        b=new.version,
        same_images=snapshots[0] is not None and snapshots[0] == snapshots[1] and before.split == after.split,
        mean_ap=_change(before.mean_ap, after.mean_ap),
        ece=_change(before.ece, after.ece),
        per_label=tuple(
            _label_change(label, of_a.get(label), of_b.get(label)) for label in sorted({*of_a, *of_b})
        ),
        config={
            key: (old.config.get(key), new.config.get(key))
            for key in sorted({*old.config, *new.config})
            if old.config.get(key) != new.config.get(key)
        },
        backbone=(old.backbone, new.backbone),
        snapshot=snapshots,
    )


def _change(a: float, b: float) -> Change:
    return Change(a, b, round(b - a, 4))


def _label_change(label: str, a: LabelMetrics | None, b: LabelMetrics | None) -> LabelChange:
    if a is None or b is None:
        return LabelChange(label, a.ap if a else None, b.ap if b else None)
    delta = b.ap - a.ap
    # The interval of a difference from two intervals (Newcombe 1998).
    down = ((b.ap - b.ap_low) ** 2 + (a.ap_high - a.ap) ** 2) ** 0.5
    up = ((b.ap_high - b.ap) ** 2 + (a.ap - a.ap_low) ** 2) ** 0.5
    return LabelChange(label, a.ap, b.ap, round(delta, 4), round(delta - down, 4), round(delta + up, 4))


def versions_table(versions: list[VersionSummary]) -> Table:
    table = Table("version", "aliases", "mean AP", "95 %", "ECE", "split", "backbone", box=None)
    for entry in versions:
        if entry.metrics is None:
            table.add_row(entry.version, ", ".join(entry.aliases), "damaged")
            continue
        metrics = entry.metrics
        table.add_row(
            entry.version,
            ", ".join(entry.aliases),
            _number(metrics.mean_ap),
            f"{_number(metrics.mean_ap_low)}-{_number(metrics.mean_ap_high)}",
            _number(metrics.ece),
            metrics.split or "",
            entry.backbone,
        )
    return table


def diff_table(diff: VersionDiff) -> Table:
    caption = None if diff.same_images else "Measured on different images: the changes are only indicative."
    table = Table("", diff.a, diff.b, "change", box=None, caption=caption)
    for name, change in (("mean AP", diff.mean_ap), ("ECE", diff.ece)):
        table.add_row(name, _number(change.a), _number(change.b), _signed(change.delta))
    for entry in diff.per_label:
        table.add_row(entry.label, _number(entry.a), _number(entry.b), _signed(entry.delta))
    for key, (old, new) in diff.config.items():
        table.add_row(f"config.{key}", json.dumps(old), json.dumps(new))
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.4f}"
