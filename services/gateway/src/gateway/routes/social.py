"""People to each other, and to photos: follow, block, like, report, the feed of whom one follows."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, Reader, WithParts, Writer
from gateway.documentation.overview import (
    FOR_ANYONE,
    FOR_MEMBERS,
    PHOTO,
    answer,
    changing,
    for_members,
    forwarded,
    with_body,
)
from gateway.forwarding.relay import forward
from gateway.routes.paging import Cursor, Limit
from gateway.routes.photos import PhotoId
from vignette_shared.contracts.api import NewReport, Page, Person, Photo
from vignette_shared.errors import (
    AuthenticationRequired,
    BadCursor,
    CannotBlockSelf,
    CannotFollowSelf,
    CannotReportOwn,
    Forbidden,
    NotFound,
    TooManyFollows,
    ValidationFailed,
)

router = APIRouter()

PERSON = {
    "username": "bert",
    "display_name": "Bert",
    "avatar_url": "/api/v1/photos/019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11/file?size=thumb",
}
PEOPLE = {"items": [PERSON], "next_cursor": None}
REPORT = {"reason": "This is my photo, and it was taken from my page."}
Name = Annotated[str, Path(description="user name, in any case", examples=["bert"])]


@router.put(
    "/users/{username}/follow",
    operation_id="follow_user",
    summary="Follow someone",
    description="Repeatable. Someone who has blocked one, or whom one has blocked, can't be followed.",
    status_code=204,
    response_class=Response,
    responses={
        204: answer("Followed"),
        **changing(Forbidden, NotFound, CannotFollowSelf, TooManyFollows),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["people"],
)
async def follow_user(request: Request, parts: WithParts, caller: Writer, username: Name) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/users/{username}/follow",
    operation_id="unfollow_user",
    summary="Stop following someone",
    description="Repeatable.",
    status_code=204,
    response_class=Response,
    responses={204: answer("Not followed any longer"), **changing(NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["people"],
)
async def unfollow_user(request: Request, parts: WithParts, caller: Writer, username: Name) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/users/{username}/followers",
    operation_id="list_followers",
    summary="Who follows someone, newest first",
    response_model=Page[Person],
    responses={
        200: answer("A page of people", PEOPLE),
        **forwarded(AuthenticationRequired, NotFound, BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_ANYONE,
    tags=["people"],
)
async def list_followers(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    username: Name,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/users/{username}/following",
    operation_id="list_following",
    summary="Whom someone follows, newest first",
    response_model=Page[Person],
    responses={
        200: answer("A page of people", PEOPLE),
        **forwarded(AuthenticationRequired, NotFound, BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_ANYONE,
    tags=["people"],
)
async def list_following(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    username: Name,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.put(
    "/users/{username}/block",
    operation_id="block_user",
    summary="Block someone",
    description=(
        "Repeatable. Neither follows the other from then on; the blocked may not follow, nor like or comment "
        "on one's photos; their photos and comments are in none of one's lists."
    ),
    status_code=204,
    response_class=Response,
    responses={204: answer("Blocked"), **changing(NotFound, CannotBlockSelf)},
    openapi_extra=FOR_MEMBERS,
    tags=["people"],
)
async def block_user(request: Request, parts: WithParts, caller: Writer, username: Name) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/users/{username}/block",
    operation_id="unblock_user",
    summary="Take a block back",
    description="Repeatable. Who followed whom stays ended.",
    status_code=204,
    response_class=Response,
    responses={204: answer("Not blocked any longer"), **changing(NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["people"],
)
async def unblock_user(request: Request, parts: WithParts, caller: Writer, username: Name) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/me/blocks",
    operation_id="list_blocks",
    summary="Whom one has blocked, newest first",
    response_model=Page[Person],
    responses={200: answer("A page of people", PEOPLE), **for_members(BadCursor, ValidationFailed)},
    openapi_extra=FOR_MEMBERS,
    tags=["people"],
)
async def list_blocks(
    request: Request, parts: WithParts, caller: Reader, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/feed",
    operation_id="list_feed",
    summary="Photos of the people that one follows, newest first",
    description="What everyone's lists hold of them: public photos that are tagged.",
    response_model=Page[Photo],
    responses={
        200: answer("A page of photos", {"items": [PHOTO], "next_cursor": None}),
        **for_members(BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def list_feed(
    request: Request, parts: WithParts, caller: Reader, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    return await forward(request, parts.photos, caller)


@router.put(
    "/photos/{photo_id}/like",
    operation_id="like_photo",
    summary="Like a photo",
    description="Repeatable.",
    status_code=204,
    response_class=Response,
    responses={204: answer("Liked"), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def like_photo(request: Request, parts: WithParts, caller: Writer, photo_id: PhotoId) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/photos/{photo_id}/like",
    operation_id="unlike_photo",
    summary="Take a like back",
    description="Repeatable.",
    status_code=204,
    response_class=Response,
    responses={204: answer("Not liked any longer"), **changing(NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def unlike_photo(request: Request, parts: WithParts, caller: Writer, photo_id: PhotoId) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/photos/{photo_id}/report",
    operation_id="report_photo",
    summary="Report a photo to the admins",
    description="While one's report of a photo is open, another changes nothing.",
    status_code=202,
    response_class=Response,
    responses={
        202: answer("The admins will see it"),
        **changing(*with_body(NotFound, CannotReportOwn, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def report_photo(
    request: Request,
    parts: WithParts,
    caller: Writer,
    photo_id: PhotoId,
    body: Annotated[NewReport, Body(examples=[REPORT])],
) -> Response:
    return await forward(request, parts.photos, caller)
