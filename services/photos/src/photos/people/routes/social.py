"""Following, blocking, liking, reporting, and the feed of followed users."""

from fastapi import APIRouter, Response

from photos.kernel.http import Caller, PageParams, PhotoId, UserId, Username, WiredServices
from photos.people import social
from vignette_shared.contracts.api import NewReport, Page, Person, Photo
from vignette_shared.errors import (
    CannotBlockSelf,
    CannotFollowSelf,
    CannotReportOwn,
    Forbidden,
    NotFound,
    TooManyFollows,
)
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1", route_class=OperationRoute)


@router.put(
    "/users/{username}/follow",
    tags=["people"],
    **operation("write", status=204, raises=(Forbidden, NotFound, CannotFollowSelf, TooManyFollows)),
)
def follow_user(username: Username, services: WiredServices, user_id: UserId) -> None:
    """Follow a user.

    Idempotent. You can't follow a user if either of you has blocked the other.
    """
    social.follow(services, user_id, username)


@router.delete(
    "/users/{username}/follow", tags=["people"], **operation("write", status=204, raises=(NotFound,))
)
def unfollow_user(username: Username, services: WiredServices, user_id: UserId) -> None:
    """Unfollow a user.

    Idempotent.
    """
    social.unfollow(services, user_id, username)


@router.get(
    "/users/{username}/followers",
    tags=["people"],
    **operation("anyone", returns="A page of users.", raises=(NotFound,)),
)
def list_followers(
    username: Username, services: WiredServices, caller: Caller, page: PageParams
) -> Page[Person]:
    """List a user's followers.

    Newest first.
    """
    return social.list_followers(services, username, caller.user_id, page.after(), page.limit)


@router.get(
    "/users/{username}/following",
    tags=["people"],
    **operation("anyone", returns="A page of users.", raises=(NotFound,)),
)
def list_following(
    username: Username, services: WiredServices, caller: Caller, page: PageParams
) -> Page[Person]:
    """List the users that a user follows.

    Newest first.
    """
    return social.list_following(services, username, caller.user_id, page.after(), page.limit)


@router.put(
    "/users/{username}/block",
    tags=["people"],
    **operation("write", status=204, raises=(NotFound, CannotBlockSelf)),
)
def block_user(username: Username, services: WiredServices, user_id: UserId) -> None:
    """Block a user.

    Idempotent. Removes follows in both directions. A blocked user can't follow you, and can't like or
    comment on your photos; their photos and comments are removed from your lists.
    """
    social.block(services, user_id, username)


@router.delete(
    "/users/{username}/block", tags=["people"], **operation("write", status=204, raises=(NotFound,))
)
def unblock_user(username: Username, services: WiredServices, user_id: UserId) -> None:
    """Unblock a user.

    Idempotent. Follows that the block removed are not restored.
    """
    social.unblock(services, user_id, username)


@router.get("/me/blocks", tags=["people"], **operation("read", returns="A page of users."))
def list_blocks(services: WiredServices, user_id: UserId, page: PageParams) -> Page[Person]:
    """List the users that you have blocked.

    Newest first.
    """
    return social.list_blocked(services, user_id, page.after(), page.limit)


@router.get("/feed", tags=["photos"], **operation("read", returns="A page of photos."))
def list_feed(services: WiredServices, user_id: UserId, page: PageParams) -> Page[Photo]:
    """List your feed.

    Returns the public, tagged photos of the users that you follow, newest first.
    """
    return social.list_feed(services, user_id, page.after(), page.limit)


@router.put(
    "/photos/{photo_id}/like", tags=["photos"], **operation("write", status=204, raises=(Forbidden, NotFound))
)
def like_photo(services: WiredServices, caller: Caller, photo_id: PhotoId) -> None:
    """Like a photo.

    Idempotent.
    """
    social.like(services, photo_id, caller)


@router.delete(
    "/photos/{photo_id}/like", tags=["photos"], **operation("write", status=204, raises=(NotFound,))
)
def unlike_photo(services: WiredServices, caller: Caller, photo_id: PhotoId) -> None:
    """Unlike a photo.

    Idempotent.
    """
    social.unlike(services, photo_id, caller)


@router.post(
    "/photos/{photo_id}/report",
    response_class=Response,
    tags=["photos"],
    **operation("write", status=202, raises=(NotFound, CannotReportOwn)),
)
def report_photo(services: WiredServices, caller: Caller, photo_id: PhotoId, new_report: NewReport) -> None:
    """Report a photo to the admins.

    Further reports have no effect while your first report on the photo is open.
    """
    social.report(services, photo_id, new_report.reason, caller)
