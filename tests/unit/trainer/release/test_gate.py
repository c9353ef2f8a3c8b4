"""The gate rejects a worse version and states its reasons."""

import math
from typing import Any

import pytest
from tests.support.trainer.versions import figures

from trainer.release.gate import check
from vignette_shared.contracts.metrics import Metrics


def metrics(**changed: Any) -> Metrics:
    return Metrics.model_validate(figures(**changed))


def test_the_first_version_passes() -> None:
    assert check(metrics(), None).passed


def test_equal_metrics_pass() -> None:
    assert check(metrics(), metrics()).passed


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (figures(sea=0.49), "Mean AP is 0.5950, lower than production's 0.6000"),
        (figures(sea=0.41, sky=0.9), "sea: average precision falls from 0.500 to 0.410"),
        (figures(ece=0.0401), "Calibration error is 0.0401"),
        (figures(images=299), "299 and of 300 images"),
        (figures(sea=math.nan), "Mean AP is nan"),
        ({**figures(), "per_label": figures()["per_label"][:1]}, "'sky' is missing"),
    ],
)
def test_worse_version_is_rejected_with_its_reason(candidate: dict[str, Any], said: str) -> None:
    verdict = check(Metrics.model_validate(candidate), metrics())
    assert not verdict.passed
    assert said in " ".join(verdict.reasons)


def test_label_may_fall_just_below_its_interval() -> None:
    assert check(metrics(sea=0.42, sky=0.79), metrics()).passed


def test_calibration_error_may_rise_by_the_allowance() -> None:
    assert check(metrics(ece=0.04), metrics(ece=0.02)).passed


def test_label_without_support_does_not_affect_the_gate() -> None:
    production = figures()
    production["per_label"][0].update(support=0, ap=0.9, ap_low=0.9)
    assert check(metrics(sea=0.0), Metrics.model_validate(production)).passed


def test_gate_reports_every_reason() -> None:
    assert len(check(metrics(sea=0.1, sky=0.1, ece=0.9), metrics()).reasons) == 4
