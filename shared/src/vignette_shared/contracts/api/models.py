"""Predictions and published models."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from vignette_shared.contracts.api.base import ApiModel


class PredictedTag(ApiModel):
    label: str
    score: float
    over_threshold: bool


class Prediction(ApiModel):
    tags: list[PredictedTag]
    model_version: str
    backbone: str
    ms: float


class LabelMetrics(BaseModel):
    label: str
    ap: float
    ap_low: float
    ap_high: float
    threshold: float
    precision: float | None
    recall: float | None
    support: int
    ece: float
    curve: list[tuple[float, float]] = []


class ModelMetrics(BaseModel):
    model_config = ConfigDict(extra="allow")

    mean_ap: float
    pr_auc_mean: float | None = None
    ece: float | None = None
    per_label: list[LabelMetrics] = []


class Model(ApiModel):
    version: str
    aliases: list[str]
    created_at: datetime
    backbone: str
    labels: list[str]
    thresholds: list[float]
    sensitive: list[str] = Field(default_factory=list)
    metrics: ModelMetrics
    dataset: dict[str, Any] | None = None
    parent: str | None = None


class Compared(ApiModel):
    """A metric of two versions. `delta` is b - a."""

    a: float
    b: float
    delta: float


class LabelComparison(ApiModel):
    """A label's average precision in two versions. `low` and `high` bound `delta` at 95 %.

    Values are null for a label that only one version has.
    """

    label: str
    a: float | None
    b: float | None
    delta: float | None
    low: float | None
    high: float | None


class ModelComparison(ApiModel):
    a: str
    b: str
    mean_ap: Compared
    per_label: list[LabelComparison]
