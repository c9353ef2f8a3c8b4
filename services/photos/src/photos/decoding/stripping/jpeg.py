"""JPEG: segments up to the end of the first image (ITU-T T.81, annex B)."""

import re

from photos.decoding.stripping.exif import orientation_only

_SOI, _EOI, _SOS, _APP1 = b"\xff\xd8", b"\xff\xd9", 0xDA, b"\xff\xe1"
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""In entropy-coded data 0xFF is followed by 0 or a restart; anything else is a marker."""
_KEPT_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def strip_jpeg(data: bytes, orientation: int) -> bytes:
    """Keep tables, frames, scans and the colour profile; what follows the first image goes.

    Behind it hide the second pictures of MPO files and the films of "motion photos", each with a location
    of its own.

    Raises:
        ValueError, IndexError: the segments don't follow each other.
    """
    kept, at = [_SOI], 2
    exif = b"Exif\0\0" + orientation_only(orientation)
    waiting = _APP1 + (len(exif) + 2).to_bytes(2, "big") + exif if orientation != 1 else b""
    while True:
        marker, at = _marker(data, at)
        if marker != 0xE0 and waiting:  # JFIF wants to be first
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
            found = _NEXT_MARKER.search(data, at)
            scan_end = found.start() if found else len(data)
            kept.append(data[at:scan_end])
            if found is None:  # cut short, as some cameras leave it
                break
            at = scan_end
    return b"".join((*kept, _EOI))


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """Return the marker at a place and where its segment's length lies."""
    if data[at] != 0xFF:
        raise ValueError("no marker where one should be")
    while data[at] == 0xFF:
        at += 1
    return data[at], at + 1


def _is_kept(marker: int, head: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in _KEPT_APPS and head.startswith(_KEPT_APPS[marker])
    return 0xC0 <= marker <= 0xDF  # tables, frames and scans; comments and extensions lie above
