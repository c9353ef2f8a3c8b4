"""The metrics of a head, as `metrics.json` of a training run or version holds them.

Old versions lack the newer members, and newer ones may add to them: unknown members are kept, absent ones
have a default. `contracts.api.models.ModelMetrics` is the part that the API promises.
"""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from vignette_shared.errors import ModelDamaged

Curve = tuple[tuple[float, float], ...]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class LabelMetrics(_Frozen):
    """One label's metrics; `ap_low` and `ap_high` bound its average precision at 95 %.

    Attributes:
        precision: at the threshold; None if no image reaches it. Likewise `recall` and `f1`.
        support: images that have the label.
        curve: pairs (recall, precision), recall rising.
    """

    label: str
    ap: float
    ap_low: float
    ap_high: float
    pr_auc: float = 0.0
    f1: float | None = None
    threshold: float = 1.0
    precision: float | None = None
    recall: float | None = None
    support: int
    ece: float
    curve: Curve = ()


class ShownTags(_Frozen):
    """Precision and recall of the tags at or above their thresholds, over all labels and images."""

    precision: float
    recall: float
    tags: int
    tags_per_image: float
    images_with_tags: int


class Reliability(_Frozen):
    """Calibration of one scaling of the scores; `curve`: (mean score, share true, count) for each bin."""

    ece: float
    curve: tuple[tuple[float, float, int], ...]


class Calibration(_Frozen):
    """Reliability as shipped, over a fitted temperature, and after isotonic regression."""

    fitted_temperature: float
    as_shipped: Reliability
    temperature: Reliability
    isotonic: Reliability


class Confusion(_Frozen):
    """Images that have the label `missed` and show the tag `instead`, which is wrong.

    Attributes:
        share: of the images where `missed` is not shown.
    """

    missed: str
    instead: str
    images: int
    share: float


class Mistake(_Frozen):
    """An annotation that the head contradicts: `present` by a person, `score` in 0..1 by the model."""

    image: str
    label: str
    present: bool
    score: float


class LabelErrors(_Frozen):
    """Annotations that are probably wrong: how many, and the likeliest of them."""

    count: int
    likeliest: tuple[Mistake, ...]


class Difference(_Frozen):
    """A head's mean AP minus that of the head `name`, with its paired 95 % bootstrap interval."""

    name: str
    delta: float
    low: float
    high: float


class DistortionLevel(_Frozen):
    """Mean AP at one strength of one distortion, in the distortion's unit; `none` is undistorted."""

    distortion: str
    strength: float
    mean_ap: float


class Robustness(_Frozen):
    images: int
    levels: tuple[DistortionLevel, ...]


class Metrics(_Frozen):
    """A head's metrics on one set of images. Averages are over the labels that occur.

    Attributes:
        split: that was measured: `test`, or `validation` for a data set without a test split.
        pr_auc_mean: the interpolated area that the first Vignette reported.
        chance: mean AP of random scores.
    """

    images: int | None = None
    labels_occurring: int = 0
    mean_ap: float
    mean_ap_low: float | None = None
    mean_ap_high: float | None = None
    pr_auc_mean: float | None = None
    f1_micro: float | None = None
    f1_macro: float | None = None
    chance: float | None = None
    ece: float
    shown: ShownTags | None = None
    per_label: tuple[LabelMetrics, ...]
    split: Literal["test", "validation"] | None = None
    snapshot: str | None = None
    calibration: Calibration | None = None
    confusions: tuple[Confusion, ...] = ()
    worst_errors: tuple[Mistake, ...] = ()
    label_errors: LabelErrors | None = None
    against: Difference | None = None
    robustness: Robustness | None = None

    @classmethod
    def parse(cls, body: bytes, name: str = "metrics.json") -> Self:
        """Read metrics from JSON; raises `ModelDamaged` that names the file."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise ModelDamaged(f"{name} can't be read: {error.error_count()} values are wrong.") from error

    @property
    def by_label(self) -> dict[str, LabelMetrics]:
        return {entry.label: entry for entry in self.per_label}

    def as_json(self) -> dict[str, Any]:
        """Return the members that were set, as JSON values."""
        return self.model_dump(mode="json", exclude_unset=True)

    def summary(self, *names: str) -> dict[str, Any]:
        """Return some of the members by name, without those that are absent."""
        return self.model_dump(mode="json", exclude_unset=True, include=set(names))
