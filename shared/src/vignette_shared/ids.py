"""Identifiers: UUIDv7, so that they sort by the time of their making."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import uuid_utils

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def new_id(at: datetime | None = None) -> str:
    """Return a UUIDv7 (RFC 9562) as its 36-character string.

    With `at`, ids sort by that moment to the microsecond: its fraction of a millisecond fills the 12 bits
    that the standard leaves for one (section 6.2, method 3).
    """
    if at is None:
        return str(uuid_utils.uuid7())
    return str(UUID(int=_head(at) | 7 << 76 | 2 << 62 | secrets.randbits(62)))


def lowest_id(at: datetime) -> str:
    """Return what no id made before `at` reaches, and each one made then or later does."""
    return str(UUID(int=_head(at) | 7 << 76 if at >= _EPOCH else 0))


def id_timestamp(identifier: str) -> datetime:
    """Return when a UUIDv7 was made: for one of `new_id(at)` that very moment.

    What is no UUIDv7 has a moment, too, the last that there is if need be.
    """
    number = UUID(identifier).int
    milliseconds, fraction = number >> 80, number >> 64 & 0xFFF
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds, microseconds=-(-fraction * 1000 // 4096))
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _head(at: datetime) -> int:
    milliseconds, rest = divmod((at - _EPOCH) // _MICROSECOND, 1000)
    return milliseconds << 80 | (rest * 4096 // 1000) << 64
