"""May a version replace the one in production? Both are measured on the same images."""

import math
from dataclasses import dataclass
from typing import Any

LABEL_DROP = 0.03
"""Average precision that a label may lose beyond the lower end of its interval."""
ECE_RISE = 0.02
"""Expected calibration error that may be gained: people see scores, which must go on meaning something."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The decision; `reasons` are whole sentences, one for each rule that is broken."""

    passed: bool
    reasons: tuple[str, ...] = ()


def check(candidate: dict[str, Any], production: dict[str, Any] | None) -> Gate:
    """Compare two metrics of the same images.

    Refused: a lower mean AP; a label more than `LABEL_DROP` below its interval in production; an ECE
    higher by more than `ECE_RISE`; a label that is gone; figures that are not numbers, or of other images.

    Args:
        candidate, production: in the shape of api.md's `metrics`; no production is no obstacle.
    """
    if production is None:
        return Gate(passed=True)
    reasons: list[str] = []
    if candidate.get("images") != production.get("images"):
        reasons.append(
            f"The figures are of {candidate.get('images')} and of {production.get('images')} images: "
            "they can't be compared."
        )
    reasons += _worse_mean(candidate, production)
    reasons += _worse_labels(_by_label(candidate), _by_label(production))
    reasons += _worse_calibration(candidate, production)
    return Gate(not reasons, tuple(reasons))


def _worse_mean(candidate: dict[str, Any], production: dict[str, Any]) -> list[str]:
    """Compare over the labels that both have; new ones must neither help nor hurt."""
    new, old = _by_label(candidate), _by_label(production)
    common = [label for label, entry in old.items() if label in new and entry["support"]]
    if not common:
        return ["The two versions have no label in common that occurs: nothing can be compared."]
    mean_new = math.fsum(new[label]["ap"] for label in common) / len(common)
    mean_old = math.fsum(old[label]["ap"] for label in common) / len(common)
    # `not >=`, so that a NaN is refused too. The figures have four decimals.
    if not round(mean_new, 4) >= round(mean_old, 4):
        return [f"Mean AP is {mean_new:.4f}, lower than production's {mean_old:.4f}."]
    return []


def _worse_labels(new: dict[str, dict[str, Any]], old: dict[str, dict[str, Any]]) -> list[str]:
    reasons = []
    for label, before in old.items():
        after = new.get(label)
        if after is None:
            reasons.append(f"The label {label!r} is gone.")
        elif before["support"] and not after["ap"] >= round(before["ap_low"] - LABEL_DROP, 4):
            reasons.append(
                f"{label}: average precision falls from {before['ap']:.3f} to {after['ap']:.3f}, more than "
                f"{LABEL_DROP} below its interval ({before['ap_low']:.3f} to {before['ap_high']:.3f})."
            )
    return reasons


def _worse_calibration(candidate: dict[str, Any], production: dict[str, Any]) -> list[str]:
    if not candidate["ece"] <= round(production["ece"] + ECE_RISE, 4):
        return [
            f"Calibration error is {candidate['ece']:.4f}, more than {ECE_RISE} above production's "
            f"{production['ece']:.4f}."
        ]
    return []


def _by_label(metrics: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["label"]: entry for entry in metrics["per_label"]}
