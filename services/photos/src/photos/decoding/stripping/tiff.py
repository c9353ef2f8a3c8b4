"""TIFF and BigTIFF: rewritten with the tags that decoding needs and the compressed pixels unchanged."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
"""Bytes per value, by field type."""
_INTEGERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_OLD_JPEG, _COMPRESSION = 6, 259
_OFFSETS = {273: 279, 324: 325}
"""The tags for offsets and lengths of strips and tiles."""
# Tags that decoding needs: size, samples, compression, colours, resolution, orientation, predictor, tiles.
_KEPT = frozenset(
    (
        *(254, 256, 257, 258, 259, 262, 263, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 290),
        *(291, 292, 293, 296, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 334, 336, 338, 339),
        *(340, 341, 347, 529, 530, 531, 532, 34675),
    )
)
MAX_PAGES = 1000


@dataclass(frozen=True, slots=True)
class _Field:
    tag: int
    kind: int
    count: int
    value: bytes


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.order = {b"II": "<", b"MM": ">"}[data[:2]]
        self.big = self.number(data[2:4]) == 43
        self.word = 8 if self.big else 4

    def number(self, raw: bytes) -> int:
        return int.from_bytes(raw, "little" if self.order == "<" else "big")

    def cut(self, start: int, length: int) -> bytes:
        if start < 0 or start + length > len(self.data):
            raise ValueError("a value reaches beyond the file")
        return self.data[start : start + length]

    def pages(self) -> Iterator[list[_Field]]:
        """Yield the directories in order."""
        at, visited = self.number(self.cut(self.word, self.word)), set[int]()
        while at:
            if at in visited or len(visited) == MAX_PAGES:
                raise ValueError("the directories form a cycle")
            visited.add(at)
            head, size = (8, 20) if self.big else (2, 12)
            count = self.number(self.cut(at, head))
            entries = self.cut(at + head, count * size)
            yield [self._field(entries[i : i + size]) for i in range(0, len(entries), size)]
            at = self.number(self.cut(at + head + count * size, self.word))

    def _field(self, entry: bytes) -> _Field:
        tag, kind = self.number(entry[:2]), self.number(entry[2:4])
        count = self.number(entry[4 : 4 + self.word])
        value = entry[4 + self.word :]
        if tag not in _KEPT:  # the tag is dropped, so its value need not be valid
            return _Field(tag, kind, 0, b"")
        length = _SIZES[kind] * count
        return _Field(
            tag, kind, count, value[:length] if length <= self.word else self.cut(self.number(value), length)
        )

    def integers(self, field: _Field) -> tuple[int, ...]:
        return struct.unpack(f"{self.order}{field.count}{_INTEGERS[field.kind]}", field.value)


def strip_tiff(data: bytes, _orientation: int) -> bytes:
    """Keep pixels, colour profile and orientation of every page.

    Raises:
        ValueError, KeyError, struct.error: the file can't be parsed, such as old-style JPEG in TIFF.
    """
    reader = _Reader(data)
    out = bytearray(data[: 2 * reader.word])
    link = reader.word  # the place for the offset of the next directory
    try:
        for page in reader.pages():
            link = _write_page(reader, [field for field in page if field.tag in _KEPT], out, link)
    except KeyError as error:
        raise ValueError("a field has an unknown type") from error
    return bytes(out)


def _write_page(reader: _Reader, fields: list[_Field], out: bytearray, link: int) -> int:
    order, word = reader.order, "Q" if reader.big else "I"
    by_tag = {field.tag: field for field in fields}
    if reader.integers(by_tag[_COMPRESSION])[0] == _OLD_JPEG:
        raise ValueError("old-style JPEG keeps its tables outside the strips")
    for offsets, lengths in _OFFSETS.items():
        if offsets in by_tag:
            by_tag[offsets] = _copy_pixels(reader, by_tag[offsets], by_tag[lengths], out)
    entries = []
    for field in sorted(by_tag.values(), key=lambda each: each.tag):
        value = field.value.ljust(reader.word, b"\0")
        if len(field.value) > reader.word:
            value = struct.pack(order + word, _append(out, field.value))
        entries.append(struct.pack(f"{order}HH{word}", field.tag, field.kind, field.count) + value)
    at = _append(out, struct.pack(order + ("Q" if reader.big else "H"), len(entries)) + b"".join(entries))
    out[link : link + reader.word] = struct.pack(order + word, at)
    return _append(out, bytes(reader.word), aligned=False)


def _copy_pixels(reader: _Reader, offsets: _Field, lengths: _Field, out: bytearray) -> _Field:
    pieces = zip(reader.integers(offsets), reader.integers(lengths), strict=True)
    moved = [_append(out, reader.cut(start, length)) for start, length in pieces]
    kind, letter = (16, "Q") if reader.big else (4, "I")
    return _Field(offsets.tag, kind, len(moved), struct.pack(f"{reader.order}{len(moved)}{letter}", *moved))


def _append(out: bytearray, data: bytes, *, aligned: bool = True) -> int:
    """Append bytes at an even offset, as TIFF requires; return the offset."""
    if aligned and len(out) % 2:
        out.append(0)
    out += data
    return len(out) - len(data)
