"""An embedding as the similarity index reads it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Embedding:
    """`vector`: little-endian float16 values."""

    photo_id: str
    backbone: str
    vector: bytes
    created_at: datetime
