"""The configuration of a head's training, read from JSON or from an experiment's Python file."""

import dataclasses
import runpy
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from trainer.errors import DatasetError
from trainer.support.validation import first_error
from vignette_shared.errors import VignetteError

EXPERIMENTS = Path(__file__).parent / "configs"

Share = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class TrainConfig:
    """A head with one hidden layer over embeddings. The defaults trained the shipped starter model.

    Attributes:
        validation_share: share of the images to validate on, if the dataset has no splits.
        hidden: units of the hidden layer; 0 for a linear head.
        features: the input of the first layer: raw embeddings, embeddings standardised by the training
            images' mean and deviation, or embeddings scaled to unit length and then standardised.
        input_dropout, dropout: shares of the features and of the hidden units to drop.
        schedule: of the learning rate: constant, or a cosine that falls to 0.
        patience: epochs without a better validation mean AP before training stops.
        loss: binary cross-entropy, focal (Lin et al. 2017) or asymmetric (Ridnik et al. 2021).
        gamma: exponent of focal loss, or of asymmetric loss for absent labels.
        label_smoothing: how far to move targets towards 0.5.
        mixup: alpha of MixUp's beta distribution on features (Zhang et al. 2018); 0 for none.
        ema: momentum of the weights' exponential moving average, which replaces the weights; 0 for none.
        ensemble: number of heads, trained with consecutive seeds, whose logits are averaged. They are merged
            into one wider head.
        views: 1 to embed an image, 2 to average its embedding with its mirror image's, at twice the cost.
            Applies to training and serving.
        calibration: logits as trained, or divided by a temperature fitted on validation.
        soft_share: weight of soft labels, if there are any.
        precision: target precision of each label's shown tags on validation; sets the thresholds.
        sensitive: labels shown only to a photo's owner until accepted.
    """

    seed: Annotated[int, Field(ge=0)] = 0
    validation_share: Annotated[float, Field(gt=0, lt=1)] = 0.2
    hidden: Annotated[int, Field(ge=0)] = 1500
    features: Literal["raw", "standardised", "l2"] = "standardised"
    input_dropout: Share = 0.25
    dropout: Share = 0.5
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    schedule: Literal["constant", "cosine"] = "cosine"
    weight_decay: Annotated[float, Field(ge=0)] = 1e-2
    batch: Annotated[int, Field(gt=0)] = 128
    epochs: Annotated[int, Field(gt=0)] = 12
    patience: Annotated[int, Field(gt=0)] = 4
    loss: Literal["cross_entropy", "focal", "asymmetric"] = "cross_entropy"
    gamma: Annotated[float, Field(ge=0)] = 2.0
    label_smoothing: Share = 0.0
    mixup: Annotated[float, Field(ge=0)] = 0.0
    ema: Share = 0.0
    ensemble: Annotated[int, Field(gt=0, le=20)] = 1
    views: Literal[1, 2] = 1
    calibration: Literal["none", "temperature"] = "none"
    soft_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    # Vignette promises a precision of 0.6. The thresholds aim higher because validation is optimistic (the
    # backbone has seen its images) and users' photos have other label frequencies.
    precision: Annotated[float, Field(gt=0, lt=1)] = 0.77
    sensitive: tuple[str, ...] = ("female", "male", "baby")

    @classmethod
    def parse(cls, values: dict[str, object]) -> Self:
        """Validate a configuration; raises `DatasetError` that names the first wrong setting."""
        try:
            return TypeAdapter(cls).validate_python(values)
        except ValidationError as error:
            names = [field.name for field in dataclasses.fields(cls)]
            raise DatasetError(f"Training configuration: {first_error(error, names)}") from error

    def changed(self, **values: object) -> Self:
        """Return a copy with some settings changed; raises `DatasetError`."""
        return self.parse({**self.as_json(), **values})

    def as_json(self) -> dict[str, Any]:
        """Return the settings as JSON values, for `parse`."""
        return {**dataclasses.asdict(self), "sensitive": list(self.sensitive)}


def load_experiment(name: str) -> TrainConfig:
    """Run an experiment's file and return its `config`.

    Args:
        name: path of a Python file, or the name of an included one (`best`, `baseline`, `configs/best.py`).

    Raises:
        DatasetError: the file doesn't exist, can't be run, or defines no valid `config`.
    """
    path = Path(name)
    if not path.is_file():
        path = EXPERIMENTS / f"{path.stem}.py"
    if not path.is_file():
        included = ", ".join(sorted(p.stem for p in EXPERIMENTS.glob("[a-z]*.py")))
        raise DatasetError(f"There is no configuration {name!r}: give a Python file, or one of {included}.")
    try:
        config = runpy.run_path(str(path)).get("config")
    except VignetteError:
        raise
    except Exception as error:
        # Pydantic prints several lines for each error; the first words name it.
        message = " ".join(str(error).split()[:40])
        raise DatasetError(f"{path}: {type(error).__name__}: {message}") from error
    if not isinstance(config, TrainConfig):
        raise DatasetError(f"{path} doesn't define `config = TrainConfig(...)`.")
    return config
