"""Tokens of share links: link tokens, signed file URLs and proofs of a password.

All are derived from the service's key and verified in constant time; none is stored. Each carries the link's
id, and the link's row decides: revoking the link invalidates all of them.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

MAC_BYTES = 16
"""Bytes kept of an HMAC-SHA256: as hard to guess as a 128-bit key."""
ID_BYTES = 16
# Seconds since 1970: four bytes end in the year 2106, five last for 34,000 years.
TIME_BYTES = 5
FILES_FOR = timedelta(hours=6)
"""How long a signed file URL is valid: long enough for a page that stays open, short enough if it leaks."""


class ShareTokens:
    """Issues and verifies the tokens, with a key derived from `internal_key`, which signs identities."""

    def __init__(self, internal_key: str) -> None:
        # A derived key: a share token must never be valid as a signed identity (docs/decisions/0018).
        self._key = hmac.digest(internal_key.encode(), b"vignette share links", "sha256")

    def token(self, link_id: str) -> str:
        """Return the link's token: 43 URL-safe characters."""
        link = UUID(link_id).bytes
        return _encode(link + self._mac(b"token", link))

    def link_of(self, token: str) -> str | None:
        """Return the id of the token's link, or None if the token is not valid."""
        raw = _decode(token, ID_BYTES + MAC_BYTES)
        link, mac = raw[:ID_BYTES], raw[ID_BYTES:]
        return str(UUID(bytes=link)) if self._holds(mac, b"token", link) else None

    def sign_file(self, link_id: str, photo_id: str, now: datetime) -> str:
        """Return a signature that opens a photo's files; constant within an hour, so URLs are cacheable."""
        # Rounded down to the hour: a URL that changes with every page view would defeat the browser cache.
        until = int((now + FILES_FOR).timestamp()) // 3600 * 3600
        head = UUID(link_id).bytes + until.to_bytes(TIME_BYTES, "big")
        return _encode(head + self._mac(b"file", head, UUID(photo_id).bytes))

    def link_of_file(self, signature: str, photo_id: str, now: datetime) -> str | None:
        """Return the id of the link that a photo's file signature belongs to, or None if it is not valid."""
        raw = _decode(signature, ID_BYTES + TIME_BYTES + MAC_BYTES)
        head, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if not self._holds(mac, b"file", head, UUID(photo_id).bytes) or _moment(head[ID_BYTES:]) <= now:
            return None
        return str(UUID(bytes=head[:ID_BYTES]))

    def prove_password(self, link_id: str, password_hash: str, until: datetime) -> str:
        """Return a proof that the password was given, valid until `until` or until the password changes."""
        time = int(until.timestamp()).to_bytes(TIME_BYTES, "big")
        # The hash is part of the MAC, so that a changed password invalidates the proofs.
        return _encode(time + self._mac(b"unlock", UUID(link_id).bytes, time, password_hash.encode()))

    def is_proof(self, proof: str, link_id: str, password_hash: str, now: datetime) -> bool:
        raw = _decode(proof, TIME_BYTES + MAC_BYTES)
        time, mac = raw[:TIME_BYTES], raw[TIME_BYTES:]
        parts = UUID(link_id).bytes, time, password_hash.encode()
        return self._holds(mac, b"unlock", *parts) and _moment(time) > now

    def _mac(self, *parts: bytes) -> bytes:
        # Every part except the last has a fixed length, so no two lists of parts join to the same bytes.
        return hmac.digest(self._key, b"|".join(parts), "sha256")[:MAC_BYTES]

    def _holds(self, mac: bytes, *parts: bytes) -> bool:
        # In constant time: `==` would reveal by its timing how many bytes of a guess are right.
        return hmac.compare_digest(mac, self._mac(*parts))


def _moment(raw: bytes) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(raw, "big"), UTC)


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str, length: int) -> bytes:
    """Return `length` decoded bytes; zeros, which never verify, if the text is not valid."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        return bytes(length)
    return raw if len(raw) == length else bytes(length)
