"""Identifiers: UUIDv7, so that they sort by the time of their making."""

import uuid_utils


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562) as its 36-character string."""
    return str(uuid_utils.uuid7())
