"""Decoding of untrusted image files, for renditions and for the network alike.

The steps are always the same: detect the file type from the content, read the dimensions, reject images with
too many pixels, and only then decode. The package does without NumPy, because `photos` imports it.
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
