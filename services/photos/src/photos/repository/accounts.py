"""Users and their sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from photos.models import PhotoRow, SessionRow, UserRow
from vignette_shared.errors import EmailTaken, UsernameTaken

_FIRST_USER_LOCK = 7_161_902_312


class AccountRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def is_first(self) -> bool:
        """Whether there is no user yet; no other transaction can become the first before this one ends."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_USER_LOCK})
        return self._session.scalar(select(UserRow.id).limit(1)) is None

    def add_user(self, user: UserRow) -> None:
        """Raises `UsernameTaken` or `EmailTaken`."""
        taken = self._session.scalars(
            select(UserRow).where(
                or_(UserRow.username_key == user.username_key, UserRow.email_key == user.email_key)
            )
        ).all()
        _refuse_taken(user, taken)
        self._session.add(user)
        try:
            self._session.flush()
        except IntegrityError as error:
            # Someone else was faster between the look and the insert (Postgres only).
            raise _taken(by_name="username_key" in str(error.orig)) from error

    def user(self, user_id: str) -> UserRow | None:
        return self._session.get(UserRow, user_id)

    def by_login(self, login: str) -> UserRow | None:
        """Find a user by name or e-mail address, given in lower case."""
        return self._session.scalar(
            select(UserRow).where(or_(UserRow.username_key == login, UserRow.email_key == login))
        )

    def photo_count(self, user_id: str) -> int:
        counted = select(func.count()).where(PhotoRow.owner_id == user_id, PhotoRow.deleted_at.is_(None))
        return self._session.scalar(counted) or 0

    def add_session(self, row: SessionRow) -> None:
        self._session.add(row)

    def session(self, token_hash: str, now: datetime) -> SessionRow | None:
        """Return a session that has not expired, with its user."""
        return self._session.scalar(
            select(SessionRow)
            .options(joinedload(SessionRow.user, innerjoin=True))
            .where(SessionRow.token_hash == token_hash, SessionRow.expires_at > now)
        )

    def extend_session(self, session_id: str, expires_at: datetime) -> None:
        self._session.execute(
            update(SessionRow).where(SessionRow.id == session_id).values(expires_at=expires_at)
        )

    def end_session(self, session_id: str) -> None:
        self._session.execute(delete(SessionRow).where(SessionRow.id == session_id))

    def end_expired_sessions(self, now: datetime) -> None:
        self._session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))


def _refuse_taken(user: UserRow, others: Sequence[UserRow]) -> None:
    if any(other.username_key == user.username_key for other in others):
        raise _taken(by_name=True)
    if others:
        raise _taken(by_name=False)


def _taken(*, by_name: bool) -> UsernameTaken | EmailTaken:
    if by_name:
        return UsernameTaken("This user name is taken: choose another.")
    return EmailTaken("This e-mail address has an account: sign in instead.")
