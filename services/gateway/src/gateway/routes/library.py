"""Looking after one's photos: changes, the trash, tags asked for again, many photos at once."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response

from gateway.access.dependencies import Reader, WithParts, Writer
from gateway.documentation.overview import FOR_MEMBERS, PHOTO, answer, changing, for_members, with_body
from gateway.forwarding.relay import forward
from gateway.routes.paging import Cursor, Limit
from gateway.routes.photos import PhotoId
from vignette_shared.contracts.api import BulkChange, BulkOutcomes, Page, Photo, PhotoChange
from vignette_shared.errors import (
    AlbumFull,
    BadCursor,
    BadLabel,
    BadRequest,
    Forbidden,
    NotFound,
    Stale,
    ValidationFailed,
)

router = APIRouter()

CHANGE = {"title": "Evening at the lake", "visibility": "unlisted"}
BULK = {"ids": [PHOTO["id"]], "action": "add_tag", "value": "holiday"}
OUTCOMES = {"items": [{"id": PHOTO["id"], "status": "ok", "code": None}]}
IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "ETag of the photo as one read it; when it has changed since, nothing is written",
    "schema": {"type": "string"},
}


@router.patch(
    "/photos/{photo_id}",
    operation_id="change_photo",
    summary="Change title, description, alt text or visibility",
    description="What is left out or null stays, but for `alt_text`: null lets the tags describe the photo.",
    response_model=Photo,
    responses={
        200: answer("The photo as it is now", PHOTO, ETag="strong, of what the caller sees"),
        **changing(*with_body(Forbidden, NotFound, Stale, BadRequest, ValidationFailed)),
    },
    openapi_extra={**FOR_MEMBERS, "parameters": [IF_MATCH]},
    tags=["photos"],
)
async def change_photo(
    request: Request,
    parts: WithParts,
    caller: Writer,
    photo_id: PhotoId,
    body: Annotated[PhotoChange, Body(examples=[CHANGE])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/me/trash",
    operation_id="list_trash",
    summary="One's photos in the trash, the last thrown away first",
    description="After 30 days, unless the site sets others, they are removed for good.",
    response_model=Page[Photo],
    responses={
        200: answer("A page of photos", {"items": [PHOTO], "next_cursor": None}),
        **for_members(BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def list_trash(
    request: Request, parts: WithParts, caller: Reader, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/photos/{photo_id}/restore",
    operation_id="restore_photo",
    summary="Take a photo out of the trash",
    response_model=Photo,
    responses={200: answer("The photo", PHOTO), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def restore_photo(request: Request, parts: WithParts, caller: Writer, photo_id: PhotoId) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/photos/{photo_id}/retag",
    operation_id="retag_photo",
    summary="Have a photo tagged again",
    description="A failed photo is tried again; a tagged one keeps its tags until the new ones are there.",
    status_code=202,
    response_model=Photo,
    responses={202: answer("Asked for; `/events` tells the outcome", PHOTO), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def retag_photo(request: Request, parts: WithParts, caller: Writer, photo_id: PhotoId) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/photos/bulk",
    operation_id="change_photos",
    summary="Do the same to many photos",
    description=(
        "`value` is a label for `add_tag` and `remove_tag`, a visibility for `set_visibility`, an album's id "
        "for `add_to_album`, and null for the others. Each photo has its outcome, in the order of `ids`; "
        "other people's are `not_found`."
    ),
    response_model=BulkOutcomes,
    responses={
        200: answer("What became of each", OUTCOMES),
        **changing(*with_body(AlbumFull, BadRequest, ValidationFailed, BadLabel)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def change_photos(
    request: Request, parts: WithParts, caller: Writer, body: Annotated[BulkChange, Body(examples=[BULK])]
) -> Response:
    return await forward(request, parts.photos, caller)
