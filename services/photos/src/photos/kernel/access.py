"""Who may see and change a photo. To a caller who may not see it, a photo does not exist: `NotFound`."""

from typing import Literal

from photos.kernel.unit_of_work import Repositories, UnitOfWork
from photos.models import PhotoRow
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import AuthenticationRequired, Forbidden, NotFound
from vignette_shared.http.access import Access, authorize


def require_user(caller: Identity, scope: Literal["read", "write"] = "read") -> str:
    """Return the caller's id; raises `AuthenticationRequired` or `MissingScope`."""
    return _require(caller, scope)


def require_session(caller: Identity) -> str:
    """Return the id of a caller with a session; raises `AuthenticationRequired` or `Forbidden`."""
    return _require(caller, "session")


def require_admin(caller: Identity) -> str:
    """Return the admin's username; raises `AuthenticationRequired`, `Forbidden` or `MissingScope`."""
    _require(caller, "admin")
    assert caller.username is not None
    return caller.username


def _require(caller: Identity, access: Access) -> str:
    # The method matters only for the access `anyone`, which no use case asks for.
    authorize(caller, access, "POST")
    assert caller.user_id is not None
    return caller.user_id


def may_see(photo: PhotoRow, viewer_id: str | None, *, admin: bool = False) -> bool:
    """Whether the viewer may see a photo; `kernel.visibility.visible_to` is the same rule in SQL.

    Admins also see hidden photos, to judge reports, but never private ones.
    """
    if photo.deleted_at is not None:
        return False
    shown = photo.hidden_at is None or admin
    # Unlisted photos are visible to everyone who knows the id; only lists leave them out.
    return photo.owner_id == viewer_id or (photo.visibility != "private" and shown)


def find_visible(db: Repositories, photo_id: str, viewer_id: str | None, *, admin: bool = False) -> PhotoRow:
    """Return the photo if the viewer may see it; raises `NotFound`."""
    photo = db.photos.find(photo_id)
    if photo is None or not may_see(photo, viewer_id, admin=admin):
        raise NotFound("There is no such photo, or you may not see it.")
    return photo


def require_owner(photo: PhotoRow, caller: Identity) -> None:
    """Raise `AuthenticationRequired`, `MissingScope` or `Forbidden` unless the caller owns the photo."""
    if require_user(caller, "write") != photo.owner_id:
        raise Forbidden("Only the owner may change this photo.")


def find_owned(db: Repositories, photo_id: str, caller: Identity, *, in_trash: bool = False) -> PhotoRow:
    """Return a photo that the caller may change; with `in_trash`, one in the trash too.

    Raises:
        NotFound: the photo does not exist, or the caller may not see it.
        AuthenticationRequired, MissingScope, Forbidden: the caller may see it but not change it.
    """
    # The trash is checked first: `find_visible` hides photos in the trash even from their owner.
    photo = db.photos.find(photo_id)
    own = photo is not None and photo.owner_id == caller.user_id
    if photo is None or not (in_trash and own):
        photo = find_visible(db, photo_id, caller.user_id, admin=caller.is_admin)
    require_owner(photo, caller)
    return photo


def lock_visible(uow: UnitOfWork, photo_id: str, caller: Identity) -> PhotoRow:
    """Lock a photo that the caller may see, and the caller's account, until the transaction ends.

    The lock keeps the account from being deleted while the caller adds a like or a comment.

    Raises:
        NotFound: the photo does not exist, or the caller may not see it.
        AuthenticationRequired: the caller's account was deleted.
    """
    # Account before photo, as everywhere: `people.repository.social` states the order of locks.
    if caller.user_id is not None and not uow.social.lock_account(caller.user_id):
        raise AuthenticationRequired("This account was deleted.")
    uow.photos.lock(photo_id)
    return find_visible(uow, photo_id, caller.user_id, admin=caller.is_admin)
