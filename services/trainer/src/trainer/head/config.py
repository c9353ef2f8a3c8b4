"""The named numbers of one training, and where they are read from: JSON, or an experiment's own file."""

import dataclasses
import runpy
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from trainer.errors import DatasetError
from vignette_shared.errors import VignetteError

EXPERIMENTS = Path(__file__).parent / "configs"

Share = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class TrainConfig:
    """One hidden layer over embeddings. The defaults are those that the shipped starter was made with.

    Attributes:
        validation_share: of the images, where the dataset brings no split of its own.
        hidden: units; 0 is a linear head.
        features: what the first layer sees: embeddings as they are, standardised by the training images'
            mean and deviation, or brought to unit length and then standardised.
        input_dropout, dropout: shares dropped of the features and of the hidden units.
        schedule: of the learning rate: constant, or falling to 0 by a cosine.
        patience: epochs without a better validation mean AP before the training stops.
        loss: binary cross-entropy, focal (Lin et al. 2017) or asymmetric (Ridnik et al. 2021).
        gamma: exponent of focal loss; of asymmetric loss for absent labels.
        label_smoothing: how far targets are drawn towards 0.5.
        mixup: alpha of MixUp's beta distribution on features (Zhang et al. 2018); 0 is off.
        ema: momentum of the weights' running mean over steps, which is what is kept; 0 is off.
        ensemble: heads by consecutive seeds whose logits are averaged; they merge into one wider head.
        views: what the backbone makes of an image, in training and in service: its embedding, or the mean
            of its embedding and its mirror image's, at twice the time.
        calibration: logits as they are, or over a temperature that is fitted on validation.
        soft_share: weight of soft labels where there are any.
        precision: of each label's shown tags, kept on validation.
        sensitive: labels that are shown to a photo's owner alone until accepted.
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
    # What is promised of the tags shown is 0.6. Validation flatters (the backbone has seen its images) and
    # other people's photos have other shares of each label, so the thresholds are fitted well above it.
    precision: Annotated[float, Field(gt=0, lt=1)] = 0.77
    sensitive: tuple[str, ...] = ("female", "male", "baby")

    @classmethod
    def parse(cls, values: dict[str, object]) -> Self:
        """Read a configuration; raises `DatasetError` that names the first wrong key."""
        try:
            return TypeAdapter(cls).validate_python(values)
        except ValidationError as error:
            known = [field.name for field in dataclasses.fields(cls)]
            raise DatasetError(f"Training configuration: {first_wrong(error, known)}") from error

    def changed(self, **values: object) -> Self:
        """Return the configuration with other values; raises `DatasetError` as `parse` does."""
        return self.parse({**self.as_json(), **values})

    def as_json(self) -> dict[str, Any]:
        """Return what `parse` reads."""
        return {**dataclasses.asdict(self), "sensitive": list(self.sensitive)}


def first_wrong(error: ValidationError, known: Iterable[str]) -> str:
    """Return what is wrong first with a configuration; for a key that there isn't, which there are."""
    first = error.errors()[0]
    name = "".join(f"{part}: " for part in first["loc"])
    if first["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return f"{name}there is no such value; there are {', '.join(known)}."
    return f"{name}{first['msg']}."


def load_experiment(where: str) -> TrainConfig:
    """Run an experiment's file and return its `config`.

    Args:
        where: path of a Python file, or the name of one that comes with the trainer (`best`, `baseline`,
            also written `configs/best.py`).

    Raises:
        DatasetError: there is no such file, it can't be run, or it holds no valid `config`.
    """
    path = Path(where)
    if not path.is_file():
        path = EXPERIMENTS / f"{path.stem}.py"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in EXPERIMENTS.glob("[a-z]*.py")))
        raise DatasetError(f"There is no experiment {where}: give a Python file, or one of {known}.")
    try:
        found = runpy.run_path(str(path)).get("config")
    except VignetteError:
        raise
    except Exception as error:
        # Pydantic's message has a line for each wrong value: the first names it.
        said = " ".join(str(error).split()[:40])
        raise DatasetError(f"{path}: {type(error).__name__}: {said}") from error
    if not isinstance(found, TrainConfig):
        raise DatasetError(f"{path} holds no `config = TrainConfig(...)`.")
    return found
