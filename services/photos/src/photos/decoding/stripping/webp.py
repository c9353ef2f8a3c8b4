"""WebP: RIFF chunks (RFC 9649)."""

from collections.abc import Iterator

from photos.decoding.stripping.exif import orientation_only

_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def strip_webp(data: bytes, orientation: int) -> bytes:
    """Keep pixels, animation and colour profile. Raises `ValueError`."""
    chunks = [(kind, content) for kind, content in _chunks(data) if kind in _KEPT]
    extended = bool(chunks) and chunks[0][0] == b"VP8X"
    # Only the extended format (VP8X) can hold EXIF, so a plain one has no orientation to keep.
    if extended:
        flags = chunks[0][1]
        first = flags[0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if orientation != 1 else 0)
        chunks[0] = b"VP8X", bytes((first,)) + flags[1:]
        if orientation != 1:
            chunks.append((b"EXIF", orientation_only(orientation)))
    body = b"".join(
        kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
        for kind, content in chunks
    )
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, end = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > len(data):
            raise ValueError("a chunk reaches beyond the file")
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
