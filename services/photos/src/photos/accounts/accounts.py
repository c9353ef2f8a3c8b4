"""Registration, login and sessions."""

import secrets
from datetime import datetime, timedelta

from photos.accounts.api_keys import KEY_START, hash_token, identify_key, scopes_of
from photos.accounts.profiles import present_user
from photos.kernel.access import require_session
from photos.kernel.passwords import require_strong
from photos.kernel.services import Services
from photos.models import SessionRow, UserRow
from vignette_shared.contracts.api import LoginResponse, PasswordChange, RegisterRequest, User
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import AccountSuspended, AuthenticationRequired, BadCredentials, IncorrectPassword
from vignette_shared.ids import new_id

# 256 random bits: they need neither a salt nor a slow hash (see `hash_token`).
TOKEN_BYTES = 32
EXTEND_AFTER = timedelta(hours=1)
"""How often a session in use is extended: not at every request, which would turn every read into a write."""


def register(services: Services, registration: RegisterRequest) -> User:
    """Create an account; the first account becomes an admin.

    Raises:
        WeakPassword, UsernameTaken, EmailTaken.
    """
    require_strong(registration.password)
    # Hash before the transaction: it takes a tenth of a second and would hold up every other writer.
    password_hash = services.passwords.hash(registration.password)
    with services.database.write() as uow:
        user = UserRow(
            id=new_id(),
            username=registration.username,
            username_key=registration.username.lower(),
            email=registration.email,
            email_key=registration.email.lower(),
            password_hash=password_hash,
            display_name=registration.username,
            bio="",
            role="admin" if uow.accounts.is_first() else "user",
            # This is a site for sharing; users can change the default in their profile.
            default_visibility="public",
            allow_downloads=False,
            created_at=services.clock(),
        )
        uow.accounts.save_user(user)
        return present_user(uow, user, services.limits.quota_bytes)


def log_in(services: Services, login: str, password: str) -> LoginResponse:
    """Start a session.

    Raises:
        BadCredentials: the password is wrong or there is no such user; the two are not distinguishable.
        AccountSuspended: the password is right, but the account is suspended.
    """
    with services.database.read() as db:
        account = db.accounts.by_login(login.strip().lower())
    # Without an account too: an early return would reveal by its timing which users exist.
    if not services.passwords.verify(account.password_hash if account else None, password) or account is None:
        raise _bad_credentials()
    # Only the hash is stored, so a leaked database opens no session.
    token, now = secrets.token_urlsafe(TOKEN_BYTES), services.clock()
    with services.database.write() as uow:
        # Read again under the lock: the password may have changed while it was verified.
        user = uow.accounts.lock_account(account.id)
        if user is None or user.password_hash != account.password_hash:
            raise _bad_credentials()  # deleted or changed while the password was verified
        if user.suspended_at is not None:
            raise AccountSuspended("An admin has suspended this account. Contact the site's admins.")
        uow.accounts.add_session(
            SessionRow(
                id=new_id(),
                user_id=user.id,
                token_hash=hash_token(token),
                created_at=now,
                expires_at=now + services.session_lifetime,
            )
        )
        profile = present_user(uow, user, services.limits.quota_bytes)
    lifetime_s = int(services.session_lifetime.total_seconds())
    return LoginResponse(access_token=token, expires_in=lifetime_s, user=profile)


def change_password(services: Services, caller: Identity, change: PasswordChange) -> None:
    """Set a new password and end the user's other sessions; API keys stay valid.

    Raises:
        AuthenticationRequired, Forbidden: the caller has no session.
        WeakPassword: the new password is weak.
        IncorrectPassword: the current password is wrong.
    """
    user_id = require_session(caller)
    require_strong(change.new)
    with services.database.read() as db:
        account = db.accounts.user(user_id)
    if account is None or not services.passwords.verify(account.password_hash, change.current):
        raise incorrect_password()
    password_hash = services.passwords.hash(change.new)
    with services.database.write() as uow:
        user = uow.accounts.lock_account(user_id)
        if user is None or user.password_hash != account.password_hash:
            raise incorrect_password()
        user.password_hash = password_hash
        uow.accounts.end_sessions(user_id, but=caller.session_id)


def log_out(services: Services, caller: Identity) -> None:
    """End the caller's session; its cookie and token stop working.

    Raises:
        AuthenticationRequired, Forbidden: the caller has no session; an API key is deleted instead.
    """
    require_session(caller)
    assert caller.session_id is not None
    with services.database.write() as uow:
        uow.accounts.end_session(caller.session_id)


def identify(services: Services, token: str) -> Identity:
    """Return the identity behind a session token or an API key; raises `AuthenticationRequired`."""
    identity = identify_key(services, token) if token.startswith(KEY_START) else None
    return identity or _identify_session(services, token)


def _identify_session(services: Services, token: str) -> Identity:
    now = services.clock()
    with services.database.read() as db:
        session = db.accounts.session(hash_token(token), now)
    if session is None:
        raise AuthenticationRequired("Your session has ended. Sign in again.")
    _extend(services, session, now)
    return Identity(
        user_id=session.user_id,
        username=session.user.username,
        role=session.user.role,
        session_id=session.id,
        scopes=scopes_of(session.user),
    )


def incorrect_password() -> IncorrectPassword:
    return IncorrectPassword("The password is not correct.")


def _extend(services: Services, session: SessionRow, now: datetime) -> None:
    used_for = services.session_lifetime - (session.expires_at - now)
    if used_for > EXTEND_AFTER:
        with services.database.write() as uow:
            uow.accounts.extend_session(session.id, now + services.session_lifetime)


def _bad_credentials() -> BadCredentials:
    return BadCredentials("The username or the password is not correct.")
