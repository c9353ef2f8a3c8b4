"""Following, blocking, liking, reporting: what people do to each other and to photos.

Someone whom a person has blocked may neither follow that person, nor like or comment on their photos, and
learns no more than that. Suspended people are not there.
"""

from datetime import datetime

from photos.kernel.access import lock_visible, require_user
from photos.kernel.cursors import write_position
from photos.kernel.presenting import present_all, present_person
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories, UnitOfWork
from photos.models import PhotoRow, UserRow
from photos.people.repository.following import After
from vignette_shared.contracts.api import Page, Person, Photo
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import (
    AuthenticationRequired,
    CannotBlockSelf,
    CannotFollowSelf,
    CannotReportOwn,
    Forbidden,
    NotFound,
    TooManyFollows,
)

MAX_FOLLOWS = 5_000
"""People that one may follow: the feed looks at the newest photo of each."""


def follow(services: Services, user_id: str, username: str) -> None:
    """Follow someone; once more changes nothing.

    Raises:
        NotFound: nobody, or someone suspended.
        CannotFollowSelf, TooManyFollows.
        Forbidden: one of the two has blocked the other.
    """
    with services.database.write() as uow:
        other = find_user(uow, username)
        if other.id == user_id:
            raise CannotFollowSelf("You can't follow yourself: your photos are in your own timeline.")
        _lock_pair(uow, user_id, other.id)
        if uow.social.blocks(user_id, other.id):
            raise Forbidden("You have blocked this person: unblock them before you follow them.")
        if uow.social.blocks(other.id, user_id):
            raise Forbidden("You can't follow this person.")
        if uow.following.count(user_id) >= MAX_FOLLOWS and not uow.profiles.follows(user_id, other.id):
            raise TooManyFollows(f"You follow {MAX_FOLLOWS} people, as many as one can: leave one first.")
        uow.social.follow(user_id, other.id, services.clock())


def unfollow(services: Services, user_id: str, username: str) -> None:
    """Stop following someone, if one does; raises `NotFound`."""
    with services.database.write() as uow:
        uow.social.unfollow(user_id, find_user(uow, username).id)


def block(services: Services, user_id: str, username: str) -> None:
    """Block someone: neither follows the other any longer. Raises `NotFound`, `CannotBlockSelf`."""
    with services.database.write() as uow:
        other = find_user(uow, username)
        if other.id == user_id:
            raise CannotBlockSelf("You can't block yourself.")
        _lock_pair(uow, user_id, other.id)
        uow.social.block(user_id, other.id, services.clock())


def unblock(services: Services, user_id: str, username: str) -> None:
    """Take a block back, if there is one; who followed whom stays ended. Raises `NotFound`."""
    with services.database.write() as uow:
        uow.social.unblock(user_id, find_user(uow, username).id)


def list_followers(
    services: Services, username: str, viewer_id: str | None, after: After, limit: int
) -> Page[Person]:
    """List who follows someone, newest first; raises `NotFound`."""
    with services.database.read() as db:
        person = find_user(db, username)
        return _page(db.following.followers(person.id, viewer_id, after, limit + 1), limit)


def list_following(
    services: Services, username: str, viewer_id: str | None, after: After, limit: int
) -> Page[Person]:
    """List whom someone follows, newest first; raises `NotFound`."""
    with services.database.read() as db:
        person = find_user(db, username)
        return _page(db.following.following(person.id, viewer_id, after, limit + 1), limit)


def list_blocked(services: Services, user_id: str, after: After, limit: int) -> Page[Person]:
    """List whom one has blocked, newest first."""
    with services.database.read() as db:
        return _page(db.following.blocked(user_id, after, limit + 1), limit)


def list_feed(services: Services, user_id: str, after: After, limit: int) -> Page[Photo]:
    """List what the people whom one follows have shared with everyone, newest first."""
    with services.database.read() as db:
        found = db.following.photos(user_id, after, limit + 1)
        items = present_all(db, found[:limit], user_id)
    last = found[limit - 1] if len(found) > limit else None
    return Page(items=items, next_cursor=write_position(last.created_at, last.id) if last else None)


def like(services: Services, photo_id: str, caller: Identity) -> None:
    """Like a photo; once more changes nothing. Raises `NotFound`, `Forbidden`."""
    user_id = require_user(caller, "write")
    with services.database.write() as uow:
        photo = lock_visible(uow, photo_id, caller)
        require_not_blocked(uow, photo, user_id, "You can't like this photo.")
        uow.social.like(user_id, photo.id, services.clock())


def unlike(services: Services, photo_id: str, caller: Identity) -> None:
    """Take a like back, if there is one; raises `NotFound`."""
    user_id = require_user(caller, "write")
    with services.database.write() as uow:
        uow.social.unlike(user_id, lock_visible(uow, photo_id, caller).id)


def report(services: Services, photo_id: str, reason: str, caller: Identity) -> None:
    """Report a photo to the admins; while one's report is open, another changes nothing.

    Raises:
        NotFound: there is none, or not for the caller.
        CannotReportOwn: the caller can change or remove it themselves.
    """
    user_id = require_user(caller, "write")
    with services.database.write() as uow:
        photo = lock_visible(uow, photo_id, caller)
        if photo.owner_id == user_id:
            raise CannotReportOwn("This photo is your own: change or delete it instead.")
        uow.social.report(user_id, photo.id, reason, services.clock())


def find_user(db: Repositories, username: str) -> UserRow:
    """Find someone who is there for others, by name in any case; raises `NotFound`."""
    # Postgres refuses to look for a text with a null character in it.
    person = None if "\0" in username else db.accounts.by_name(username)
    if person is None or person.suspended_at is not None:
        raise NotFound("There is nobody of this name.")
    return person


def require_not_blocked(db: Repositories, photo: PhotoRow, user_id: str, refusal: str) -> None:
    """Raise `Forbidden` for someone whom the photo's owner has blocked."""
    if db.social.blocks(photo.owner_id, user_id):
        raise Forbidden(refusal)


def _lock_pair(uow: UnitOfWork, user_id: str, other_id: str) -> None:
    if not uow.social.lock_pair(user_id, other_id):
        raise AuthenticationRequired("This account is gone.")


def _page(found: list[tuple[UserRow, datetime]], limit: int) -> Page[Person]:
    people = found[:limit]
    more = len(found) > limit
    return Page(
        items=[present_person(person) for person, _ in people],
        next_cursor=write_position(people[-1][1], people[-1][0].id) if more else None,
    )
