"""Comparing two published models, label by label."""

from math import hypot

from photos.kernel.services import Services
from photos.pipeline.models import get_model
from vignette_shared.contracts.api import Compared, LabelComparison, LabelMetrics, ModelComparison

DIGITS = 4
"""Decimal digits, as in the published metrics."""


def compare_models(services: Services, a: str, b: str) -> ModelComparison:
    """Compare the average precisions of two published versions; `delta` is b - a.

    The metrics of a version hold 95 % intervals but not the scores behind them, so a paired comparison per
    image is not possible. The interval of the difference combines the two as if they were independent (the
    "method of variance estimates recovery", Zou and Donner 2008, doi:10.1002/sim.2930): the distances from
    each estimate to its limits, which may differ, are added in quadrature. Errors of versions measured on the
    same images are correlated, so the true interval is narrower.

    Labels are in the order of `a`, followed by those that only `b` has. A version without a label, or without
    test images of it, has null there and no difference.

    Raises:
        NotFound: there is no such version.
        ModelDamaged: a version's metrics can't be read.
    """
    first, second = get_model(services, a).metrics, get_model(services, b).metrics
    of_a, of_b = _measured(first.per_label), _measured(second.per_label)
    labels = dict.fromkeys(entry.label for entry in (*first.per_label, *second.per_label))
    return ModelComparison(
        a=a,
        b=b,
        mean_ap=Compared(a=first.mean_ap, b=second.mean_ap, delta=_round(second.mean_ap - first.mean_ap)),
        per_label=[_compare(label, of_a.get(label), of_b.get(label)) for label in labels],
    )


def _measured(entries: list[LabelMetrics]) -> dict[str, LabelMetrics]:
    return {entry.label: entry for entry in entries if entry.support > 0}


def _compare(label: str, a: LabelMetrics | None, b: LabelMetrics | None) -> LabelComparison:
    delta = low = high = None
    if a is not None and b is not None:
        delta = _round(b.ap - a.ap)
        low = _round(b.ap - a.ap - hypot(b.ap - b.ap_low, a.ap_high - a.ap))
        high = _round(b.ap - a.ap + hypot(b.ap_high - b.ap, a.ap - a.ap_low))
    return LabelComparison(label=label, a=a and a.ap, b=b and b.ap, delta=delta, low=low, high=high)


def _round(value: float) -> float:
    return round(value, DIGITS)
