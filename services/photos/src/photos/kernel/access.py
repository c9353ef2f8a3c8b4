"""Who may see and change a photo. What one may not see is not there."""

from typing import Literal

from photos.kernel.unit_of_work import Repositories, UnitOfWork
from photos.models import PhotoRow
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import AuthenticationRequired, Forbidden, MissingScope, NotFound


def require_user(caller: Identity, scope: Literal["read", "write"] = "read") -> str:
    """Return the caller's id; raises `AuthenticationRequired` or `MissingScope`."""
    if caller.user_id is None:
        raise AuthenticationRequired()
    if scope not in caller.scopes:
        raise MissingScope(f"This needs a key with the scope {scope!r}.")
    return caller.user_id


def require_session(caller: Identity) -> str:
    """Return the id of a caller who signed in with a password: a leaked key must not breed others.

    Raises:
        AuthenticationRequired: nobody.
        Forbidden: an API key.
    """
    if caller.user_id is None:
        raise AuthenticationRequired()
    if caller.session_id is None:
        raise Forbidden("API keys can't manage passwords, keys or the account: sign in for that.")
    return caller.user_id


def require_admin(caller: Identity) -> str:
    """Return the name of an admin; raises `AuthenticationRequired`, `Forbidden` or `MissingScope`."""
    if caller.username is None:
        raise AuthenticationRequired()
    if caller.role != "admin":
        raise Forbidden("This is for the site's admins.")
    if not caller.is_admin:
        raise MissingScope("This needs a key with the scope 'admin'.")
    return caller.username


def may_see(photo: PhotoRow, viewer_id: str | None, *, admin: bool = False) -> bool:
    """Whether a photo is there for the viewer; the same rule in SQL is `repository.visibility.visible_to`.

    Admins also see what is hidden from others, so that they can judge it; what is private stays so.
    """
    if photo.deleted_at is not None:
        return False
    shown = photo.hidden_at is None or admin
    return photo.owner_id == viewer_id or (photo.visibility != "private" and shown)


def find_visible(db: Repositories, photo_id: str, viewer_id: str | None, *, admin: bool = False) -> PhotoRow:
    """Return a photo that the viewer may see; raises `NotFound`."""
    photo = db.photos.find(photo_id)
    if photo is None or not may_see(photo, viewer_id, admin=admin):
        raise NotFound("There is no such photo, or it is not yours to see.")
    return photo


def require_owner(photo: PhotoRow, caller: Identity) -> None:
    """Raises `AuthenticationRequired` or `Forbidden`; the photo is one that the caller may see."""
    if require_user(caller, "write") != photo.owner_id:
        raise Forbidden("Only its owner may change this photo.")


def find_owned(db: Repositories, photo_id: str, caller: Identity, *, in_trash: bool = False) -> PhotoRow:
    """Return a photo that the caller may change; with `in_trash` also one that lies in the trash.

    Raises:
        NotFound: there is none, or not for the caller.
        AuthenticationRequired, MissingScope, Forbidden: the caller sees it but may not change it.
    """
    photo = db.photos.find(photo_id)
    own = photo is not None and photo.owner_id == caller.user_id
    if photo is None or not (in_trash and own):
        photo = find_visible(db, photo_id, caller.user_id, admin=caller.is_admin)
    require_owner(photo, caller)
    return photo


def lock_visible(uow: UnitOfWork, photo_id: str, caller: Identity) -> PhotoRow:
    """Return a photo that the caller may see and nobody else changes before this transaction ends.

    The caller's account stays as long, so that what they add to the photo has somebody to belong to.

    Raises:
        NotFound: there is none, or not for the caller.
        AuthenticationRequired: their account is gone.
    """
    if caller.user_id is not None and not uow.social.lock_account(caller.user_id):
        raise AuthenticationRequired("This account is gone.")
    uow.photos.lock(photo_id)
    return find_visible(uow, photo_id, caller.user_id, admin=caller.is_admin)
