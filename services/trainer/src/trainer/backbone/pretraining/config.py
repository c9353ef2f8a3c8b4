"""The configuration of a backbone's training."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from trainer.errors import DatasetError
from trainer.support.validation import first_error

# The stem and the blocks mixed 0 to 10.
_BLOCKS = 12


# What runs with several of these settings reached: docs/decisions/0024.
class PretrainConfig(BaseModel):
    """The defaults suit a trained start; from random weights, use a learning rate of 1e-3 and 20 epochs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    input_side: int = Field(default=96, ge=75, le=1024, description="pixels")
    geometry: Literal["centre_square", "squash"] = "centre_square"
    epochs: int = Field(default=3, gt=0)
    batch: int = Field(default=64, gt=1)
    learning_rate: float = Field(default=2e-4, gt=0, description="peak; a cosine decays it to 0")
    warmup: float = Field(
        default=0.05, ge=0, lt=1, description="share of the steps in which the learning rate rises from 0"
    )
    weight_decay: float = Field(default=0.02, ge=0)
    ema: float = Field(
        default=0.99, ge=0, lt=1, description="momentum of the weights' moving average; 0 for none"
    )
    smallest_crop: float = Field(
        default=0.75, gt=0, le=1, description="edge of the smallest crop, as a share of the stored square's"
    )
    colour: float = Field(
        default=0.2, ge=0, lt=1, description="range of brightness, contrast and saturation: 1 ± this"
    )
    labels_weight: float = Field(
        default=2.0, ge=0, description="weight of the labels' loss; the embeddings' weight is 1"
    )
    soft_share: float = Field(default=0.5, ge=0, le=1, description="weight of soft labels, if there are any")
    every_split: bool = Field(
        default=False,
        description="learn the given embeddings of all splits; needs labels_weight 0",
    )
    top_blocks: int = Field(
        default=_BLOCKS,
        gt=0,
        le=_BLOCKS,
        description="blocks of 12 to train, from the top; the others are frozen",
    )
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    checkpoint_minutes: float = Field(default=5.0, gt=0)

    @classmethod
    def parse(cls, values: dict[str, object]) -> Self:
        """Validate a configuration; raises `DatasetError` that names the first wrong setting."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise DatasetError(f"Backbone configuration: {first_error(error, cls.model_fields)}") from error

    @model_validator(mode="after")
    def _labels_of_validation_stay_unseen(self) -> Self:
        if self.every_split and self.labels_weight:
            raise ValueError("every_split needs labels_weight 0: the validation labels must stay unseen")
        return self
