"""SQL for users and sessions."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager

from photos.models import SessionRow, UserRow
from vignette_shared.errors import EmailTaken, UsernameTaken

# An arbitrary key of an advisory lock, other than that of `photos.migrations`.
_FIRST_USER_LOCK = 7_161_902_312
_ACTING_ADMIN = (UserRow.role == "admin", UserRow.suspended_at.is_(None), UserRow.deleted_at.is_(None))


class AccountRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def is_first(self) -> bool:
        """Whether there is no user yet; locks, so that only one of two concurrent registrations is first."""
        if self._session.get_bind().dialect.name == "postgresql":
            # There is no row to lock yet, so the lock is on a number.
            self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_USER_LOCK})
        return self._session.scalar(select(UserRow.id).limit(1)) is None

    def save_user(self, user: UserRow) -> None:
        """Add or update a user; raises `UsernameTaken` or `EmailTaken`."""
        # An autoflush would write the changed user before the check, and fail on its unique keys.
        with self._session.no_autoflush:
            taken = self._session.scalars(
                select(UserRow).where(
                    or_(UserRow.username_key == user.username_key, UserRow.email_key == user.email_key),
                    UserRow.id != user.id,
                )
            ).all()
        _refuse_taken(user, taken)
        self._session.add(user)
        try:
            self._session.flush()
        except IntegrityError as error:
            # A concurrent registration took the name between the check and the insert (Postgres only).
            raise _taken(by_name="username_key" in str(error.orig)) from error

    def user(self, user_id: str) -> UserRow | None:
        """Return a user whose account is not deleted."""
        return self._session.scalar(
            select(UserRow).where(UserRow.id == user_id, UserRow.deleted_at.is_(None))
        )

    def lock_account(self, user_id: str) -> UserRow | None:
        """Return a user whose account is not deleted, locked until the transaction ends."""
        return self._session.scalar(
            select(UserRow)
            .where(UserRow.id == user_id, UserRow.deleted_at.is_(None))
            # FOR NO KEY UPDATE: rows that only refer to the user, such as a new photo, need not wait.
            .with_for_update(key_share=True)
        )

    def by_name(self, username: str) -> UserRow | None:
        if "\0" in username:
            return None  # Postgres rejects a query with a null character
        return self._session.scalar(
            select(UserRow).where(UserRow.username_key == username.lower(), UserRow.deleted_at.is_(None))
        )

    def lock_admins(self) -> list[str]:
        """Return the ids of active admins, locked until the transaction ends."""
        # Always in the same order: two admins who change each other would deadlock otherwise.
        statement = select(UserRow.id).where(*_ACTING_ADMIN).order_by(UserRow.id)
        return list(self._session.scalars(statement.with_for_update(key_share=True)))

    def admins(self) -> list[str]:
        """Return the ids of active admins."""
        return list(self._session.scalars(select(UserRow.id).where(*_ACTING_ADMIN)))

    def clear_avatar(self, owner_id: str, photo_ids: Collection[str]) -> None:
        """Remove the user's avatar if it is one of these photos, which others may no longer see."""
        self._session.execute(
            update(UserRow)
            .where(UserRow.id == owner_id, UserRow.avatar_photo_id.in_(photo_ids))
            .values(avatar_photo_id=None)
        )

    def by_login(self, login: str) -> UserRow | None:
        """Return a user by username or e-mail address, in lower case."""
        return self._session.scalar(
            select(UserRow).where(or_(UserRow.username_key == login, UserRow.email_key == login))
        )

    def add_session(self, row: SessionRow) -> None:
        self._session.add(row)

    def session(self, token_hash: str, now: datetime) -> SessionRow | None:
        """Return an unexpired session with its user, unless the user is suspended."""
        return self._session.scalar(
            select(SessionRow)
            .join(SessionRow.user)
            .options(contains_eager(SessionRow.user))
            .where(
                SessionRow.token_hash == token_hash,
                SessionRow.expires_at > now,
                UserRow.suspended_at.is_(None),
            )
        )

    def extend_session(self, session_id: str, expires_at: datetime) -> None:
        self._session.execute(
            update(SessionRow).where(SessionRow.id == session_id).values(expires_at=expires_at)
        )

    def end_session(self, session_id: str) -> None:
        self._session.execute(delete(SessionRow).where(SessionRow.id == session_id))

    def end_sessions(self, user_id: str, *, but: str | None = None) -> None:
        """End a user's sessions, except the one with the id `but`."""
        ended = delete(SessionRow).where(SessionRow.user_id == user_id)
        self._session.execute(ended if but is None else ended.where(SessionRow.id != but))

    def end_expired_sessions(self, now: datetime) -> None:
        self._session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))


def _refuse_taken(user: UserRow, others: Sequence[UserRow]) -> None:
    if any(other.username_key == user.username_key for other in others):
        raise _taken(by_name=True)
    if others:
        raise _taken(by_name=False)


def _taken(*, by_name: bool) -> UsernameTaken | EmailTaken:
    if by_name:
        return UsernameTaken("This username is taken. Choose another.")
    return EmailTaken("An account with this e-mail address exists. Sign in instead.")
