"""The EXIF that is kept: the orientation."""

import struct

_ORIENTATION = 0x0112
_SHORT = 3


def orientation_only(orientation: int) -> bytes:
    """Return a big-endian TIFF directory with only the orientation, 1 to 8."""
    entry = struct.pack(">HHIHH", _ORIENTATION, _SHORT, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
