"""HEIC and AVIF: metadata is overwritten in place, which keeps every offset valid (ISO/IEC 23008-12)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image

from photos.decoding.stripping.exif import orientation_only

_TOP = frozenset((b"ftyp", b"meta", b"mdat", b"moov"))
_IN_META = frozenset(b"hdlr pitm iinf iloc iref iprp idat dinf grpl".split())
_IN_FILM = frozenset((b"udta", b"meta", b"uuid"))
"""Boxes of a movie and its tracks that hold arbitrary metadata."""
_METADATA_ITEMS = frozenset((b"Exif", b"mime", b"uri "))
_NO_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
"""The content of blanked XMP: spaces alone are not XML, and readers would report an error."""
_EXIF_HEAD = b"\0\0\0\6Exif\0\0"


@dataclass(frozen=True, slots=True)
class _Box:
    """`start` and `stop` of the content; `head` is where the box begins."""

    kind: bytes
    head: int
    start: int
    stop: int


def strip_heif(data: bytes, _orientation: int) -> bytes:
    """Blank EXIF except for the orientation, XMP, movie metadata, unknown boxes and unreferenced bytes.

    Raises:
        ValueError, IndexError: the file can't be parsed.
    """
    out = bytearray(data)
    boxes = list(_boxes(data, 0, len(data)))
    meta = next((box for box in boxes if box.kind == b"meta"), None)
    if meta is None:
        raise ValueError("no items")
    for box in boxes:
        if box.kind not in _TOP:
            _blank(out, box)
        elif box.kind == b"moov":
            _blank_notes(out, box)
    children = {box.kind: box for box in _boxes(data, meta.start + 4, meta.stop)}
    for kind, box in children.items():
        if kind not in _IN_META:
            _blank(out, box)
    kinds = _item_kinds(data, children[b"iinf"])
    extents = _extents(data, children[b"iloc"], children.get(b"idat"))
    used = []
    for item, places in extents.items():
        if kinds.get(item) in _METADATA_ITEMS:
            _overwrite(out, places, exif=kinds[item] == b"Exif")
        used += places
    if not any(box.kind == b"moov" for box in boxes):  # movie samples, which no item refers to
        for box in boxes:
            if box.kind == b"mdat":
                _blank_unused(out, box, used)
    return bytes(out)


def _boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
    while at + 8 <= end:
        size, start = int.from_bytes(data[at : at + 4], "big"), at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        stop = end if size == 0 else at + size
        if stop < start or stop > end:
            raise ValueError("a box reaches beyond its parent")
        yield _Box(data[at + 4 : at + 8], at, start, stop)
        at = stop


def _blank(out: bytearray, box: _Box) -> None:
    out[box.head + 4 : box.head + 8] = b"free"
    out[box.start : box.stop] = bytes(box.stop - box.start)


def _blank_notes(out: bytearray, film: _Box) -> None:
    for box in list(_boxes(bytes(out), film.start, film.stop)):
        if box.kind in _IN_FILM:
            _blank(out, box)
        elif box.kind == b"trak":
            _blank_notes(out, box)


def _item_kinds(data: bytes, iinf: _Box) -> dict[int, bytes]:
    """Return the type of each item: `hvc1`, `Exif`, `mime` …"""
    counted = 2 if data[iinf.start] == 0 else 4
    kinds = {}
    for entry in _boxes(data, iinf.start + 4 + counted, iinf.stop):
        version = data[entry.start]
        if entry.kind != b"infe" or version < 2:
            raise ValueError("the item version predates HEIF")
        width = 2 if version == 2 else 4
        at = entry.start + 4
        kinds[int.from_bytes(data[at : at + width], "big")] = data[at + width + 2 : at + width + 6]
    return kinds


def _extents(data: bytes, iloc: _Box, idat: _Box | None) -> dict[int, list[tuple[int, int]]]:
    """Return the byte ranges (start, stop) of each item in the file."""
    read = io.BytesIO(data[iloc.start : iloc.stop]).read

    def number(length: int) -> int:
        return int.from_bytes(read(length), "big")

    version = number(1)
    read(3)
    sizes = number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    extents: dict[int, list[tuple[int, int]]] = {}
    for _ in range(number(2 if version < 2 else 4)):
        item = number(2 if version < 2 else 4)
        method = number(2) & 15 if version else 0
        read(2)
        base = number(base_size)
        if method > 1 or (method == 1 and idat is None):
            raise ValueError("an item is constructed from other items")
        origin = idat.start if method == 1 and idat is not None else 0
        for _ in range(number(2)):
            read(index_size)
            start = origin + base + number(offset_size)
            stop = start + number(length_size)
            if not start < stop <= len(data):
                raise ValueError("an item reaches beyond the file")
            extents.setdefault(item, []).append((start, stop))
    return extents


def _overwrite(out: bytearray, places: list[tuple[int, int]], *, exif: bool) -> None:
    payload = b"".join(out[start:stop] for start, stop in places)
    replacement = _EXIF_HEAD + orientation_only(_orientation(payload)) if exif else _NO_XMP
    rest = (replacement if len(replacement) <= len(payload) else b"").ljust(
        len(payload), b"\0" if exif else b" "
    )
    for start, stop in places:
        out[start:stop], rest = rest[: stop - start], rest[stop - start :]


def _orientation(payload: bytes) -> int:
    """Return EXIF's orientation, which applies if the file has no rotation property."""
    exif = Image.Exif()
    try:
        exif.load(payload[4 + int.from_bytes(payload[:4], "big") :])
        orientation = exif.get(ExifTags.Base.Orientation, 1)
    except (ValueError, SyntaxError, KeyError, OSError, IndexError):
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _blank_unused(out: bytearray, box: _Box, used: list[tuple[int, int]]) -> None:
    at = box.start
    for start, stop in sorted(used):
        if start > at:
            gap = min(start, box.stop)
            out[at:gap] = bytes(max(0, gap - at))
        at = max(at, stop)
    if at < box.stop:
        out[at : box.stop] = bytes(box.stop - at)
