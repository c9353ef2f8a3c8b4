"""API keys: credentials for programs, limited by scopes."""

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
"""Characters that the owner tells keys apart by: 48 of 256 random bits, no help in guessing the rest."""

USE_RECORDED_AFTER = timedelta(hours=1)
"""How often the use of a key is recorded: not at every request, which would turn every read into a write."""

ALL_SCOPES: tuple[Scope, ...] = ("read", "write", "admin")


def hash_token(token: str) -> str:
    """Return the SHA-256 in hex; a slow password hash is not needed for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def scopes_of(user: UserRow) -> tuple[Scope, ...]:
    """Return the scopes that the user's role allows."""
    return ALL_SCOPES if user.role == "admin" else ("read", "write")


def create_key(services: Services, caller: Identity, new_key: NewApiKey) -> CreatedApiKey:
    """Create a key; it is returned once and stored as a hash only.

    Raises:
        AuthenticationRequired: the caller is anonymous.
        Forbidden: the caller uses an API key, or asks for the scope `admin` without being an admin.
        ValidationFailed: the expiry is in the past.
    """
    user_id, now = require_session(caller), services.clock()
    if "admin" in new_key.scopes and caller.role != "admin":
        raise Forbidden("Only admins can create keys with the scope 'admin'.")
    if new_key.expires_at is not None and new_key.expires_at <= now:
        message = "The expiry must be in the future."
        raise ValidationFailed(message, errors=[{"field": "expires_at", "message": message}])
    key = KEY_START + secrets.token_urlsafe(KEY_BYTES)
    row = ApiKeyRow(
        id=new_id(),
        user_id=user_id,
        name=new_key.name,
        key_hash=hash_token(key),
        prefix=key[:PREFIX_LENGTH],
        scopes=[scope for scope in ALL_SCOPES if scope in new_key.scopes],
        created_at=now,
        expires_at=new_key.expires_at,
    )
    with services.database.write() as uow:
        uow.api_keys.add(row)
    return CreatedApiKey(**present_key(row).model_dump(), key=key)


def list_keys(services: Services, caller: Identity, cursor: str | None, limit: int) -> Page[ApiKey]:
    """List the caller's keys, newest first; raises `BadCursor`."""
    user_id = require_session(caller)
    after = read_id(cursor) if cursor else None
    with services.database.read() as db:
        # One more than the page holds: if it exists, there is a next page.
        rows = db.api_keys.page(user_id, after, limit + 1)
    more = len(rows) > limit
    return Page(
        items=[present_key(row) for row in rows[:limit]], next_cursor=rows[limit - 1].id if more else None
    )


def delete_key(services: Services, caller: Identity, key_id: str) -> None:
    """Revoke one of the caller's keys; raises `NotFound`."""
    user_id = require_session(caller)
    with services.database.write() as uow:
        if not uow.api_keys.remove(user_id, key_id):
            raise NotFound("You have no such API key.")


def identify_key(services: Services, key: str) -> Identity | None:
    """Return the identity of an active key, limited to scopes that its owner still has, or None."""
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
