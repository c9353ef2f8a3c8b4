"""GIF: blocks (GIF89a)."""

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
# Loop counts and the colour profile. XMP is an application extension, too, so the others are dropped.
_KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def strip_gif(data: bytes, _orientation: int) -> bytes:
    """Keep images, timing, loop and colour profile; drop comments and XMP.

    Raises:
        ValueError, IndexError: the file can't be parsed.
    """
    at = 13 + _table_bytes(data[10])
    kept = [data[:at]]
    while data[at] != _TRAILER:
        if data[at] == _EXTENSION:
            end = _blocks_end(data, at + 2)
            if _is_kept(data, at):
                kept.append(data[at:end])
        elif data[at] == _IMAGE:
            pixels = at + 10 + _table_bytes(data[at + 9]) + 1
            end = _blocks_end(data, pixels)
            kept.append(data[at:end])
        else:
            raise ValueError("a block is missing")
        at = end
    return b"".join((*kept, bytes((_TRAILER,))))


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _is_kept(data: bytes, at: int) -> bool:
    if data[at + 1] == _APPLICATION:
        return data[at + 3 : at + 14].startswith(_KEPT_APPLICATIONS)
    return data[at + 1] == _GRAPHIC_CONTROL
