"""API keys: a password for one program, with no more rights than it needs."""

import hashlib
import secrets
from datetime import timedelta

from photos.kernel.access import require_session
from photos.kernel.cursors import read_id
from photos.kernel.services import Services
from photos.models import ApiKeyRow, UserRow
from vignette_shared.contracts.api import ApiKey, CreatedApiKey, NewApiKey, Page
from vignette_shared.contracts.identity import Identity, Scope
from vignette_shared.errors import Forbidden, NotFound, ValidationFailed
from vignette_shared.ids import new_id

KEY_START = "vgn_"
KEY_BYTES = 32
PREFIX_LENGTH = 12
"""Characters that tell a key: 48 bits of 256, of use to nobody who guesses."""

USE_RECORDED_AFTER = timedelta(hours=1)
"""A key in use is written down once an hour, so that reading does not write at every request."""

ALL_SCOPES: tuple[Scope, ...] = ("read", "write", "admin")


def hash_token(token: str) -> str:
    """SHA-256 in hex: 256 random bits need no slow hash, and a look-up by hash tells nothing by its time."""
    return hashlib.sha256(token.encode()).hexdigest()


def scopes_of(user: UserRow) -> tuple[Scope, ...]:
    """Return all that the user may do."""
    return ALL_SCOPES if user.role == "admin" else ("read", "write")


def create_key(services: Services, caller: Identity, asked: NewApiKey) -> CreatedApiKey:
    """Make a key; nobody, the site included, can read it again.

    Raises:
        AuthenticationRequired, Forbidden: not signed in; by an API key; `admin` for someone who is no admin.
        ValidationFailed: it would have expired already.
    """
    user_id, now = require_session(caller), services.clock()
    if "admin" in asked.scopes and caller.role != "admin":
        raise Forbidden("Only an admin can have a key with the scope 'admin'.")
    if asked.expires_at is not None and asked.expires_at <= now:
        message = "Choose a time in the future, or none."
        raise ValidationFailed(message, errors=[{"field": "expires_at", "message": message}])
    key = KEY_START + secrets.token_urlsafe(KEY_BYTES)
    row = ApiKeyRow(
        id=new_id(),
        user_id=user_id,
        name=asked.name,
        key_hash=hash_token(key),
        prefix=key[:PREFIX_LENGTH],
        scopes=[scope for scope in ALL_SCOPES if scope in asked.scopes],
        created_at=now,
        expires_at=asked.expires_at,
    )
    with services.database.write() as uow:
        uow.api_keys.add(row)
    return CreatedApiKey(**present_key(row).model_dump(), key=key)


def list_keys(services: Services, caller: Identity, cursor: str | None, limit: int) -> Page[ApiKey]:
    """List one's keys, newest first; raises `BadCursor`."""
    user_id = require_session(caller)
    after = read_id(cursor) if cursor else None
    with services.database.read() as db:
        found = db.api_keys.page(user_id, after, limit + 1)
    more = len(found) > limit
    return Page(
        items=[present_key(row) for row in found[:limit]], next_cursor=found[limit - 1].id if more else None
    )


def delete_key(services: Services, caller: Identity, key_id: str) -> None:
    """End a key; raises `NotFound` when it is not one of the caller's."""
    user_id = require_session(caller)
    with services.database.write() as uow:
        if not uow.api_keys.remove(user_id, key_id):
            raise NotFound("You have no such key.")


def identify_key(services: Services, key: str) -> Identity | None:
    """Tell whose key this is, and what it may do as long as its owner may; None for one that is not good."""
    now = services.clock()
    with services.database.read() as db:
        row = db.api_keys.living(hash_token(key), now)
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at > USE_RECORDED_AFTER:
        with services.database.write() as uow:
            uow.api_keys.mark_used(row.id, now, now - USE_RECORDED_AFTER)
    return Identity(
        user_id=row.user_id,
        username=row.user.username,
        role=row.user.role,
        scopes=tuple(scope for scope in scopes_of(row.user) if scope in row.scopes),
    )


def present_key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=row.scopes,
        prefix=row.prefix,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
