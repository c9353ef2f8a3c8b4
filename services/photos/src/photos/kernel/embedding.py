"""The embedding of a photo."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Embedding:
    """A photo's embedding by one backbone; `vector` holds little-endian float16 values."""

    photo_id: str
    backbone: str
    vector: bytes
    created_at: datetime
