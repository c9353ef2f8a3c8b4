"""PNG: chunks (W3C PNG, third edition)."""

import zlib

from photos.decoding.stripping.exif import orientation_only

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT "
    b"acTL fcTL fdAT".split()
)


def strip_png(data: bytes, orientation: int) -> bytes:
    """Keep the chunks for pixels and colours; drop text, times and EXIF. Raises `ValueError`."""
    kept, at, kind = [_SIGNATURE], len(_SIGNATURE), b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise ValueError("a chunk reaches beyond the file")
        if kind in _KEPT:
            kept.append(data[at:end])
        if kind == b"IHDR" and orientation != 1:
            kept.append(_chunk(b"eXIf", orientation_only(orientation)))
        at = end
    return b"".join(kept)


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return len(content).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
