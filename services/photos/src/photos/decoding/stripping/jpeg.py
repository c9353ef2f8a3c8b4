"""JPEG: segments up to the end of the first image (ITU-T T.81, annex B)."""

import re

from photos.decoding.stripping.exif import orientation_only

_SOI, _EOI, _SOS, _APP1 = b"\xff\xd8", b"\xff\xd9", 0xDA, b"\xff\xe1"
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""In entropy-coded data, 0xFF is followed by 0 or a restart marker; anything else ends the data."""
_KEPT_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def strip_jpeg(data: bytes, orientation: int) -> bytes:
    """Keep tables, frames, scans and the colour profile; drop everything after the first image.

    The second image of an MPO file and the video of a motion photo follow it, each with its own location.

    Raises:
        ValueError, IndexError: the file can't be parsed.
    """
    kept, at = [_SOI], 2
    exif = b"Exif\0\0" + orientation_only(orientation)
    waiting = _APP1 + (len(exif) + 2).to_bytes(2, "big") + exif if orientation != 1 else b""
    while True:
        marker, at = _marker(data, at)
        if marker != 0xE0 and waiting:  # JFIF must be the first segment
            kept.append(waiting)
            waiting = b""
        if marker == _EOI[1]:
            break
        if marker in _STANDALONE:
            continue
        end = at + int.from_bytes(data[at : at + 2], "big")
        if end < at + 2 or end > len(data):
            raise ValueError("a segment reaches beyond the file")
        if _is_kept(marker, data[at + 2 : at + 16]):
            kept += [bytes((0xFF, marker)), data[at:end]]
        at = end
        if marker == _SOS:
            match = _NEXT_MARKER.search(data, at)
            scan_end = match.start() if match else len(data)
            kept.append(data[at:scan_end])
            if match is None:  # truncated, as some cameras write it
                break
            at = scan_end
    return b"".join((*kept, _EOI))


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """Return the marker at an offset and the offset of its segment's length."""
    if data[at] != 0xFF:
        raise ValueError("a marker is missing")
    while data[at] == 0xFF:
        at += 1
    return data[at], at + 1


def _is_kept(marker: int, head: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in _KEPT_APPS and head.startswith(_KEPT_APPS[marker])
    return 0xC0 <= marker <= 0xDF  # tables, frames and scans; comments and extensions have higher codes
