"""Identifiers: UUIDv7, which sort by creation time."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import uuid_utils

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def new_id(at: datetime | None = None) -> str:
    """Return a UUIDv7 (RFC 9562) as its 36-character string.

    Ids made with `at` sort by that time to the microsecond: the fraction of its millisecond fills the 12 bits
    after the timestamp (section 6.2, method 3).
    """
    if at is None:
        return str(uuid_utils.uuid7())
    return str(UUID(int=_high_bits(at) | 7 << 76 | 2 << 62 | secrets.randbits(62)))


def lowest_id(at: datetime) -> str:
    """Return the lower bound of all ids made at `at` or later; ids made earlier are smaller."""
    return str(UUID(int=_high_bits(at) | 7 << 76 if at >= _EPOCH else 0))


def id_timestamp(identifier: str) -> datetime:
    """Return the creation time of a UUIDv7, exact for an id of `new_id(at)`.

    Any other UUID yields some time, at most the last that `datetime` can hold: ids arrive from clients.
    """
    number = UUID(identifier).int
    milliseconds, fraction = number >> 80, number >> 64 & 0xFFF
    try:
        # Rounded up, because `_high_bits` rounds down.
        return _EPOCH + timedelta(milliseconds=milliseconds, microseconds=-(-fraction * 1000 // 4096))
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _high_bits(at: datetime) -> int:
    milliseconds, rest = divmod((at - _EPOCH) // _MICROSECOND, 1000)
    return milliseconds << 80 | (rest * 4096 // 1000) << 64
