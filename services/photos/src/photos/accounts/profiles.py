"""The caller's own profile."""

from dataclasses import asdict
from uuid import UUID

from photos.accounts.quotas import quota_of
from photos.accounts.repository.profiles import Usage
from photos.kernel.presenting import present_person
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories
from photos.models import UserRow
from vignette_shared.contracts.api import Counts, ProfileChange, User
from vignette_shared.errors import AuthenticationRequired, ValidationFailed


def get_own(services: Services, user_id: str) -> User:
    """Return the user's own profile; raises `AuthenticationRequired` if the account was deleted."""
    with services.database.read() as db:
        user = db.accounts.user(user_id)
        if user is None:
            raise _gone()
        return present_user(db, user, services.limits.quota_bytes)


def change_own(services: Services, user_id: str, change: ProfileChange) -> User:
    """Change the given fields. Omitted and null fields are unchanged, except that null removes the avatar.

    Raises:
        UsernameTaken, EmailTaken: another account has it, in any letter case.
        ValidationFailed: the avatar is not a rendered, non-private photo of the user's.
    """
    given = change.model_dump(exclude_unset=True)
    with services.database.write() as uow:
        user = uow.accounts.lock_account(user_id)
        if user is None:
            raise _gone()
        if "avatar_photo_id" in given:
            user.avatar_photo_id = _find_avatar(uow, user_id, given.pop("avatar_photo_id"))
        for name, value in given.items():
            # Null means unchanged for these fields: none of them can be empty in the database.
            if value is not None:
                setattr(user, name, value)
        user.username_key, user.email_key = user.username.lower(), user.email.lower()
        uow.accounts.save_user(user)
        return present_user(uow, user, services.limits.quota_bytes)


def present_user(db: Repositories, user: UserRow, quota_bytes: int) -> User:
    """Build the user's own profile; `quota_bytes` is the site's default quota."""
    return User(
        **present_person(user).model_dump(),
        email=user.email,
        bio=user.bio,
        role=user.role,
        counts=Counts(**asdict(db.profiles.own_counts(user.id))),
        default_visibility=user.default_visibility,
        allow_downloads=user.allow_downloads,
        bytes_used=db.profiles.usage([user.id]).get(user.id, Usage()).bytes,
        bytes_quota=quota_of(user, quota_bytes),
    )


def _find_avatar(db: Repositories, user_id: str, photo_id: str | None) -> str | None:
    """Return the canonical id of the photo; raises `ValidationFailed`."""
    if photo_id is None:
        return None
    try:
        photo = db.photos.find(str(UUID(photo_id)))
    except ValueError:
        photo = None
    usable = (
        photo is not None
        and photo.owner_id == user_id
        and photo.deleted_at is None
        and photo.hidden_at is None
        and photo.visibility != "private"
        and "thumb" in photo.renditions
    )
    if photo is None or not usable:
        message = "Choose one of your own photos that is rendered and not private."
        raise ValidationFailed(message, errors=[{"field": "avatar_photo_id", "message": message}])
    return photo.id


def _gone() -> AuthenticationRequired:
    return AuthenticationRequired("This account was deleted.")
