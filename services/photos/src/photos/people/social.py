"""Follows, blocks, likes and reports.

A blocked user can't follow the user who blocked them, nor like or comment on their photos; nothing else
reveals the block (docs/decisions/0010). Suspended users are treated as if they did not exist.
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
"""Users that one user may follow: the feed looks up the newest photo of each."""


def follow(services: Services, user_id: str, username: str) -> None:
    """Follow a user; idempotent.

    Raises:
        NotFound: there is no such user, or the user is suspended.
        CannotFollowSelf, TooManyFollows: the follow is not allowed.
        Forbidden: one of the two users has blocked the other.
    """
    with services.database.write() as uow:
        other = find_user(uow, username)
        if other.id == user_id:
            raise CannotFollowSelf("You can't follow yourself.")
        # Both rows in one order, so that two users who follow each other at once do not deadlock.
        _lock_pair(uow, user_id, other.id)
        if uow.social.blocks(user_id, other.id):
            raise Forbidden("You have blocked this user. Unblock them first.")
        if uow.social.blocks(other.id, user_id):
            # Does not mention the block: it should stay unnoticed (docs/decisions/0010).
            raise Forbidden("You can't follow this user.")
        if uow.following.count(user_id) >= MAX_FOLLOWS and not uow.profiles.follows(user_id, other.id):
            raise TooManyFollows(f"You follow {MAX_FOLLOWS} users, the maximum. Unfollow one first.")
        uow.social.follow(user_id, other.id, services.clock())


def unfollow(services: Services, user_id: str, username: str) -> None:
    """Unfollow a user; idempotent. Raises `NotFound`."""
    with services.database.write() as uow:
        uow.social.unfollow(user_id, find_user(uow, username).id)


def block(services: Services, user_id: str, username: str) -> None:
    """Block a user, and end follows in both directions; raises `NotFound`, `CannotBlockSelf`."""
    with services.database.write() as uow:
        other = find_user(uow, username)
        if other.id == user_id:
            raise CannotBlockSelf("You can't block yourself.")
        _lock_pair(uow, user_id, other.id)
        uow.social.block(user_id, other.id, services.clock())


def unblock(services: Services, user_id: str, username: str) -> None:
    """Unblock a user; idempotent. Ended follows are not restored. Raises `NotFound`."""
    with services.database.write() as uow:
        uow.social.unblock(user_id, find_user(uow, username).id)


def list_followers(
    services: Services, username: str, viewer_id: str | None, after: After, limit: int
) -> Page[Person]:
    """List a user's followers, newest first; raises `NotFound`."""
    with services.database.read() as db:
        person = find_user(db, username)
        return _page(db.following.followers(person.id, viewer_id, after, limit + 1), limit)


def list_following(
    services: Services, username: str, viewer_id: str | None, after: After, limit: int
) -> Page[Person]:
    """List the users that a user follows, newest first; raises `NotFound`."""
    with services.database.read() as db:
        person = find_user(db, username)
        return _page(db.following.following(person.id, viewer_id, after, limit + 1), limit)


def list_blocked(services: Services, user_id: str, after: After, limit: int) -> Page[Person]:
    """List the users that the user has blocked, newest first."""
    with services.database.read() as db:
        return _page(db.following.blocked(user_id, after, limit + 1), limit)


def list_feed(services: Services, user_id: str, after: After, limit: int) -> Page[Photo]:
    """List the public photos of the users that the user follows, newest first."""
    with services.database.read() as db:
        found = db.following.photos(user_id, after, limit + 1)
        items = present_all(db, found[:limit], user_id)
    last = found[limit - 1] if len(found) > limit else None
    return Page(items=items, next_cursor=write_position(last.created_at, last.id) if last else None)


def like(services: Services, photo_id: str, caller: Identity) -> None:
    """Like a photo; idempotent. Raises `NotFound`, or `Forbidden` if its owner has blocked the caller."""
    user_id = require_user(caller, "write")
    with services.database.write() as uow:
        photo = lock_visible(uow, photo_id, caller)
        require_not_blocked(uow, photo, user_id, "You can't like this photo.")
        uow.social.like(user_id, photo.id, services.clock())


def unlike(services: Services, photo_id: str, caller: Identity) -> None:
    """Remove a like; idempotent. Raises `NotFound`."""
    user_id = require_user(caller, "write")
    with services.database.write() as uow:
        uow.social.unlike(user_id, lock_visible(uow, photo_id, caller).id)


def report(services: Services, photo_id: str, reason: str, caller: Identity) -> None:
    """Report a photo to the admins; a second report while the caller's first is open changes nothing.

    Raises:
        NotFound: the photo does not exist, or the caller may not see it.
        CannotReportOwn: the caller owns the photo.
    """
    user_id = require_user(caller, "write")
    with services.database.write() as uow:
        photo = lock_visible(uow, photo_id, caller)
        if photo.owner_id == user_id:
            raise CannotReportOwn("You can't report your own photo.")
        uow.social.report(user_id, photo.id, reason, services.clock())


def find_user(db: Repositories, username: str) -> UserRow:
    """Return an active user by name, in any letter case; raises `NotFound`."""
    # Postgres rejects a query with a null character.
    person = None if "\0" in username else db.accounts.by_name(username)
    if person is None or person.suspended_at is not None:
        raise NotFound("There is no user with this name.")
    return person


def require_not_blocked(db: Repositories, photo: PhotoRow, user_id: str, refusal: str) -> None:
    """Raise `Forbidden` if the photo's owner has blocked the user."""
    if db.social.blocks(photo.owner_id, user_id):
        raise Forbidden(refusal)


def _lock_pair(uow: UnitOfWork, user_id: str, other_id: str) -> None:
    if not uow.social.lock_pair(user_id, other_id):
        raise AuthenticationRequired("This account was deleted.")


def _page(found: list[tuple[UserRow, datetime]], limit: int) -> Page[Person]:
    people = found[:limit]
    more = len(found) > limit
    return Page(
        items=[present_person(person) for person, _ in people],
        next_cursor=write_position(people[-1][1], people[-1][0].id) if more else None,
    )
