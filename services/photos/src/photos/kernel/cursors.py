"""Keyset cursors: the sort key of a page's last item, encoded for the client to send back."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from vignette_shared.errors import BadCursor


@dataclass(frozen=True, slots=True)
class Position:
    """The sort key of a page's last item; the next page starts after it."""

    created_at: datetime
    id: str


def write_position(created_at: datetime, item_id: str) -> str:
    return write_cursor([created_at.isoformat(), item_id])


def read_position(cursor: str) -> Position:
    """Raises `BadCursor`."""
    created_at, item_id = read_cursor(cursor)
    try:
        moment = datetime.fromisoformat(created_at).astimezone(UTC)
        return Position(moment, str(UUID(item_id)))
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise damaged() from error


def write_place(place: int, item_id: str) -> str:
    """Encode a cursor for a list that is ordered by a number."""
    return write_cursor([place, item_id])


def read_place(cursor: str) -> tuple[int, str]:
    """Decode a cursor of `write_place`; raises `BadCursor`."""
    place, item_id = read_cursor(cursor)
    try:
        # The range of a 32-bit column: beyond it, Postgres would answer with an error.
        # `type` and not `isinstance`: a bool is an int, and JSON `true` is not a position.
        if type(place) is not int or not -(2**31) <= place < 2**31:
            raise damaged()
        return place, str(UUID(item_id))
    except (ValueError, TypeError, AttributeError) as error:
        raise damaged() from error


def read_id(cursor: str) -> str:
    """Decode the cursor of a list that is ordered by id, which is the last id itself; raises `BadCursor`."""
    try:
        return str(UUID(cursor))
    except ValueError as error:
        raise damaged() from error


def write_cursor(parts: list[str | int]) -> str:
    # JSON rather than a signed token: a forged cursor only moves the caller within what they may see.
    packed = json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode()
    return urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(cursor: str, length: int = 2) -> list[Any]:
    """Return the parts of a cursor, whose types the caller checks; raises `BadCursor`."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    # Deeply nested JSON raises RecursionError before it is parsed.
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    if not isinstance(parts, list) or len(parts) != length:
        raise damaged()
    return parts


def damaged() -> BadCursor:
    return BadCursor("The cursor is not valid: start again from the first page.")
