"""The named numbers of a backbone's training."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from trainer.errors import DatasetError
from trainer.head.config import first_wrong

_BLOCKS = 12
"""The stem and mixed 0 to 10."""


class PretrainConfig(BaseModel):
    """Defaults suit going on from a trained network; from nothing, take a rate of 1e-3 and 20 epochs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    input_side: int = Field(default=96, ge=75, le=1024, description="pixels")
    geometry: Literal["centre_square", "squash"] = "centre_square"
    epochs: int = Field(default=3, gt=0)
    batch: int = Field(default=64, gt=1)
    learning_rate: float = Field(default=2e-4, gt=0, description="at its highest; falls to 0 by a cosine")
    warmup: float = Field(default=0.05, ge=0, lt=1, description="share of the steps in which it rises from 0")
    weight_decay: float = Field(default=0.02, ge=0)
    ema: float = Field(default=0.99, ge=0, lt=1, description="of the weights that are kept; 0: none")
    smallest_crop: float = Field(default=0.75, gt=0, le=1, description="edge, of the stored square's")
    colour: float = Field(
        default=0.2, ge=0, lt=1, description="brightness, contrast, saturation: up to 1 ± it"
    )
    labels_weight: float = Field(default=2.0, ge=0, description="of the labels' loss; the embeddings' is 1")
    soft_share: float = Field(default=0.5, ge=0, le=1, description="of soft labels, where there are any")
    every_split: bool = Field(
        default=False,
        description="learn the given embeddings of all images, whatever their split; no label is learnt then",
    )
    top_blocks: int = Field(
        default=_BLOCKS, gt=0, le=_BLOCKS, description="of 12 that learn; below them all stays as it is"
    )
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    checkpoint_minutes: float = Field(default=5.0, gt=0)

    @classmethod
    def parse(cls, values: dict[str, object]) -> Self:
        """Read a configuration; raises `DatasetError` that names the first wrong key."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise DatasetError(f"Backbone configuration: {first_wrong(error, cls.model_fields)}") from error

    @model_validator(mode="after")
    def _no_label_of_what_is_measured(self) -> Self:
        if self.every_split and self.labels_weight:
            raise ValueError("every_split needs labels_weight 0: validation's labels must stay unseen")
        return self
