"""The gate: may a version replace the one in production? Both are measured on the same images.

See docs/decisions/0022-promotion.md.
"""

import math

from vignette_shared.contracts.gate import GateVerdict
from vignette_shared.contracts.metrics import LabelMetrics, Metrics

# Average precision that a label may fall below the lower end of its interval.
LABEL_DROP = 0.03
# Allowed rise of the expected calibration error: users see scores, which must stay meaningful.
ECE_RISE = 0.02


def check(candidate: Metrics, production: Metrics | None) -> GateVerdict:
    """Compare two metrics of the same images.

    The gate rejects a lower mean AP; a label more than `LABEL_DROP` below its interval in production; an ECE
    more than `ECE_RISE` higher; a missing label; and metrics that are NaN or of other images. Without a
    version in production, everything passes.
    """
    if production is None:
        return GateVerdict(passed=True)
    reasons: list[str] = []
    if candidate.images != production.images:
        reasons.append(
            f"The metrics are of {candidate.images} and of {production.images} images: they can't "
            f"be compared."
        )
    reasons += _worse_mean(candidate.by_label, production.by_label)
    reasons += _worse_labels(candidate.by_label, production.by_label)
    reasons += _worse_calibration(candidate, production)
    return GateVerdict(passed=not reasons, reasons=tuple(reasons))


def _worse_mean(new: dict[str, LabelMetrics], old: dict[str, LabelMetrics]) -> list[str]:
    # Over the common labels: a new label must neither help nor hurt.
    common = [label for label, entry in old.items() if label in new and entry.support]
    if not common:
        return ["The two versions have no occurring label in common: they can't be compared."]
    mean_new = math.fsum(new[label].ap for label in common) / len(common)
    mean_old = math.fsum(old[label].ap for label in common) / len(common)
    # Metrics have four decimals. `not >=` rejects NaN, which `<` would let pass.
    if not round(mean_new, 4) >= round(mean_old, 4):
        return [f"Mean AP is {mean_new:.4f}, lower than production's {mean_old:.4f}."]
    return []


def _worse_labels(new: dict[str, LabelMetrics], old: dict[str, LabelMetrics]) -> list[str]:
    reasons = []
    for label, before in old.items():
        after = new.get(label)
        if after is None:
            reasons.append(f"The label {label!r} is missing.")
        elif before.support and not after.ap >= round(before.ap_low - LABEL_DROP, 4):
            reasons.append(
                f"{label}: average precision falls from {before.ap:.3f} to {after.ap:.3f}, more than "
                f"{LABEL_DROP} below its interval ({before.ap_low:.3f} to {before.ap_high:.3f})."
            )
    return reasons


def _worse_calibration(candidate: Metrics, production: Metrics) -> list[str]:
    if not candidate.ece <= round(production.ece + ECE_RISE, 4):
        return [
            f"Calibration error is {candidate.ece:.4f}, more than {ECE_RISE} above production's "
            f"{production.ece:.4f}."
        ]
    return []
