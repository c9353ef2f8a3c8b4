"""What the registry holds, for people: versions with their figures, and two of them side by side."""

import json
from typing import Any

from rich.table import Table

from trainer.release.comparison import ALIASES, resolve, stored_metrics
from vignette_shared.errors import ModelError
from vignette_shared.registry import Alias, Registry


def list_versions(registry: Registry) -> list[dict[str, Any]]:
    """Return each version with its aliases and figures, newest first; a damaged one says so."""
    aliases = {name: entry.version for name in ALIASES if (entry := registry.alias(name))}
    return [_listed(registry, version, aliases) for version in registry.versions()]


def _listed(registry: Registry, version: str, aliases: dict[Alias, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "version": version,
        "aliases": [name for name, target in aliases.items() if target == version],
    }
    try:
        manifest = registry.model(version)
        metrics = stored_metrics(registry, version)
    except ModelError as error:
        return {**entry, "damaged": error.detail}
    return {
        **entry,
        "created_at": manifest.created_at.isoformat(),
        "backbone": manifest.backbone,
        "labels": len(manifest.labels),
        "split": metrics.get("split"),
        "mean_ap": metrics.get("mean_ap"),
        "mean_ap_low": metrics.get("mean_ap_low"),
        "mean_ap_high": metrics.get("mean_ap_high"),
        "ece": metrics.get("ece"),
        "snapshot": (manifest.dataset or {}).get("snapshot"),
        "parent": manifest.parent,
        "commit": manifest.commit,
    }


def diff_versions(registry: Registry, a: str, b: str) -> dict[str, Any]:
    """Return the differences, b over a, in the shape of api.md's comparison and more.

    `same_images` says whether the figures are of one split of one snapshot; else they only hint.

    Raises:
        ModelError: one is missing or damaged.
    """
    names = resolve(registry, a), resolve(registry, b)
    manifests = [registry.model(name) for name in names]
    metrics = [stored_metrics(registry, name) for name in names]
    snapshots = [(manifest.dataset or {}).get("snapshot") for manifest in manifests]
    splits = [found.get("split") for found in metrics]
    first, second = ({entry["label"]: entry for entry in found["per_label"]} for found in metrics)
    return {
        "a": names[0],
        "b": names[1],
        "same_images": snapshots[0] is not None and snapshots[0] == snapshots[1] and splits[0] == splits[1],
        "mean_ap": _compared(metrics[0]["mean_ap"], metrics[1]["mean_ap"]),
        "ece": _compared(metrics[0]["ece"], metrics[1]["ece"]),
        "per_label": [
            _label_difference(label, first.get(label), second.get(label))
            for label in sorted({*first, *second})
        ],
        "config": _changed(manifests[0].config, manifests[1].config),
        "backbone": [manifest.backbone for manifest in manifests],
        "snapshot": snapshots,
    }


def versions_table(found: list[dict[str, Any]]) -> Table:
    table = Table("version", "aliases", "mean AP", "95 %", "ECE", "split", "backbone", box=None)
    for entry in found:
        if "damaged" in entry:
            table.add_row(entry["version"], ", ".join(entry["aliases"]), "damaged")
            continue
        table.add_row(
            entry["version"],
            ", ".join(entry["aliases"]),
            _figure(entry["mean_ap"]),
            f"{_figure(entry['mean_ap_low'])}-{_figure(entry['mean_ap_high'])}",
            _figure(entry["ece"]),
            entry["split"] or "",
            entry["backbone"],
        )
    return table


def diff_table(found: dict[str, Any]) -> Table:
    hint = None if found["same_images"] else "Measured on different images: a hint, no comparison."
    table = Table("", found["a"], found["b"], "change", box=None, caption=hint)
    for name in ("mean_ap", "ece"):
        table.add_row(name, *(_figure(found[name][key]) for key in ("a", "b")), _signed(found[name]["delta"]))
    for entry in found["per_label"]:
        table.add_row(entry["label"], _figure(entry["a"]), _figure(entry["b"]), _signed(entry["delta"]))
    for key, (old, new) in found["config"].items():
        table.add_row(f"config.{key}", json.dumps(old), json.dumps(new))
    return table


def _compared(a: float, b: float) -> dict[str, float]:
    return {"a": a, "b": b, "delta": round(b - a, 4)}


def _label_difference(label: str, a: dict[str, Any] | None, b: dict[str, Any] | None) -> dict[str, Any]:
    """`low` and `high` bound the change by both intervals as if they were independent: on the wide side."""
    if a is None or b is None:
        return {
            "label": label,
            "a": a and a["ap"],
            "b": b and b["ap"],
            "delta": None,
            "low": None,
            "high": None,
        }
    delta = b["ap"] - a["ap"]
    down = ((b["ap"] - b["ap_low"]) ** 2 + (a["ap_high"] - a["ap"]) ** 2) ** 0.5
    up = ((b["ap_high"] - b["ap"]) ** 2 + (a["ap"] - a["ap_low"]) ** 2) ** 0.5
    low, high = round(delta - down, 4), round(delta + up, 4)
    return {"label": label, "a": a["ap"], "b": b["ap"], "delta": round(delta, 4), "low": low, "high": high}


def _changed(a: dict[str, Any], b: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {key: (a.get(key), b.get(key)) for key in sorted({*a, *b}) if a.get(key) != b.get(key)}


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.4f}"
