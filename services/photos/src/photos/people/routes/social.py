"""Following, blocking, liking, reporting, and the feed of whom one follows."""

from fastapi import APIRouter, Response

from photos.kernel.http import Caller, PhotoId, ReaderId, WiredServices, WriterId
from photos.kernel.paging import After, Limit
from photos.people import social
from vignette_shared.contracts.api import NewReport, Page, Person, Photo

router = APIRouter(prefix="/api/v1")


@router.put("/users/{username}/follow", status_code=204, response_class=Response)
def follow(username: str, services: WiredServices, user_id: WriterId) -> None:
    social.follow(services, user_id, username)


@router.delete("/users/{username}/follow", status_code=204, response_class=Response)
def unfollow(username: str, services: WiredServices, user_id: WriterId) -> None:
    social.unfollow(services, user_id, username)


@router.get("/users/{username}/followers")
def list_followers(
    username: str, services: WiredServices, caller: Caller, after: After, limit: Limit = 50
) -> Page[Person]:
    return social.list_followers(services, username, caller.user_id, after, limit)


@router.get("/users/{username}/following")
def list_following(
    username: str, services: WiredServices, caller: Caller, after: After, limit: Limit = 50
) -> Page[Person]:
    return social.list_following(services, username, caller.user_id, after, limit)


@router.put("/users/{username}/block", status_code=204, response_class=Response)
def block(username: str, services: WiredServices, user_id: WriterId) -> None:
    social.block(services, user_id, username)


@router.delete("/users/{username}/block", status_code=204, response_class=Response)
def unblock(username: str, services: WiredServices, user_id: WriterId) -> None:
    social.unblock(services, user_id, username)


@router.get("/me/blocks")
def list_blocked(services: WiredServices, user_id: ReaderId, after: After, limit: Limit = 50) -> Page[Person]:
    return social.list_blocked(services, user_id, after, limit)


@router.get("/feed")
def list_feed(services: WiredServices, user_id: ReaderId, after: After, limit: Limit = 50) -> Page[Photo]:
    return social.list_feed(services, user_id, after, limit)


@router.put("/photos/{photo_id}/like", status_code=204, response_class=Response)
def like(services: WiredServices, caller: Caller, photo_id: PhotoId, _user_id: WriterId) -> None:
    social.like(services, photo_id, caller)


@router.delete("/photos/{photo_id}/like", status_code=204, response_class=Response)
def unlike(services: WiredServices, caller: Caller, photo_id: PhotoId, _user_id: WriterId) -> None:
    social.unlike(services, photo_id, caller)


@router.post("/photos/{photo_id}/report", status_code=202, response_class=Response)
def report(
    services: WiredServices, caller: Caller, photo_id: PhotoId, _user_id: WriterId, asked: NewReport
) -> None:
    social.report(services, photo_id, asked.reason, caller)
