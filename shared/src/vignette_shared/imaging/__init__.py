"""The one way to open image bytes that a stranger sent: for renditions and for the network alike.

Order of work: tell the kind from the content, read the dimensions, refuse what is too large, and only then
decode. No NumPy here: `photos` imports this and must stay small.
"""

from vignette_shared.imaging.decoding import (
    DEFAULT_MAX_PIXELS,
    ImageInfo,
    Source,
    open_upright_rgb,
    probe,
    verify,
)
from vignette_shared.imaging.metadata import Metadata, read_metadata
from vignette_shared.imaging.sniffing import MediaType, sniff

__all__ = [
    "DEFAULT_MAX_PIXELS",
    "ImageInfo",
    "MediaType",
    "Metadata",
    "Source",
    "open_upright_rgb",
    "probe",
    "read_metadata",
    "sniff",
    "verify",
]
