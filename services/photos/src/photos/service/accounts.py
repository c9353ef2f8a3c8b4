"""Accounts and logins."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from photos.models import SessionRow, UserRow
from photos.service.clock import Clock
from photos.service.passwords import Passwords, require_strong
from photos.unit_of_work import Database
from vignette_shared.contracts.api import Counts, LoginResponse, RegisterRequest, User
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import AuthenticationRequired, BadCredentials
from vignette_shared.ids import new_id

TOKEN_BYTES = 32
EXTEND_AFTER = timedelta(hours=1)
"""A session in use is extended once an hour, so that reading does not write at every request."""


@dataclass(frozen=True, slots=True)
class AccountParts:
    """What accounts need; `lifetime` is how long a session lasts without use."""

    database: Database
    passwords: Passwords
    clock: Clock
    lifetime: timedelta


def register(parts: AccountParts, asked: RegisterRequest) -> User:
    """Create an account; the first one is the admin's.

    Raises:
        WeakPassword, UsernameTaken, EmailTaken.
    """
    require_strong(asked.password)
    # Before the transaction: hashing takes a good while and would hold up every other writer.
    password_hash = parts.passwords.hash(asked.password)
    with parts.database.write() as uow:
        user = UserRow(
            id=new_id(),
            username=asked.username,
            username_key=asked.username.lower(),
            email=asked.email,
            email_key=asked.email.lower(),
            password_hash=password_hash,
            display_name=asked.username,
            bio="",
            role="admin" if uow.accounts.is_first() else "user",
            created_at=parts.clock(),
        )
        uow.accounts.add_user(user)
    return _profile(user, photos=0)


def log_in(parts: AccountParts, login: str, password: str) -> LoginResponse:
    """Start a session; raises `BadCredentials`, alike for a wrong password and an unknown user."""
    with parts.database.read() as db:
        user = db.accounts.by_login(login.strip().lower())
        photos = db.accounts.photo_count(user.id) if user else 0
    if not parts.passwords.verify(user.password_hash if user else None, password) or user is None:
        raise BadCredentials("User name or password is wrong: check both and try again.")
    token, now = secrets.token_urlsafe(TOKEN_BYTES), parts.clock()
    with parts.database.write() as uow:
        uow.accounts.add_session(
            SessionRow(
                id=new_id(),
                user_id=user.id,
                token_hash=_hash(token),
                created_at=now,
                expires_at=now + parts.lifetime,
            )
        )
    return LoginResponse(
        access_token=token,
        expires_in=int(parts.lifetime.total_seconds()),
        user=_profile(user, photos),
    )


def log_out(database: Database, caller: Identity) -> None:
    """End the caller's session; cookie and token of that login are dead from then on."""
    if caller.session_id is None:
        raise AuthenticationRequired()
    with database.write() as uow:
        uow.accounts.end_session(caller.session_id)


def identify(parts: AccountParts, token: str) -> Identity:
    """Tell whose token this is and keep its session alive; raises `AuthenticationRequired`."""
    now = parts.clock()
    with parts.database.read() as db:
        session = db.accounts.session(_hash(token), now)
    if session is None:
        raise AuthenticationRequired("Your session has ended: sign in again.")
    _extend(parts, session, now)
    return Identity(
        user_id=session.user_id,
        username=session.user.username,
        role=session.user.role,
        session_id=session.id,
        scopes=("read", "write", "admin") if session.user.role == "admin" else ("read", "write"),
    )


def get_profile(database: Database, user_id: str) -> User:
    """Raises `AuthenticationRequired` when the account is gone."""
    with database.read() as db:
        user = db.accounts.user(user_id)
        if user is None:
            raise AuthenticationRequired("This account is gone.")
        return _profile(user, db.accounts.photo_count(user_id))


def _extend(parts: AccountParts, session: SessionRow, now: datetime) -> None:
    used_for = parts.lifetime - (session.expires_at - now)
    if used_for > EXTEND_AFTER:
        with parts.database.write() as uow:
            uow.accounts.extend_session(session.id, now + parts.lifetime)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _profile(user: UserRow, photos: int) -> User:
    return User(
        username=user.username,
        display_name=user.display_name,
        email=user.email,
        bio=user.bio,
        role=user.role,
        counts=Counts(photos=photos, followers=0, following=0, likes=0),
    )
