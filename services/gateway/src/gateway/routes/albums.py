"""Albums, what is in them and in which order."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, WithParts, Writer
from gateway.documentation.overview import (
    FOR_ANYONE,
    FOR_MEMBERS,
    PHOTO,
    answer,
    changing,
    forwarded,
    with_body,
)
from gateway.forwarding.relay import forward
from gateway.routes.paging import Cursor, Limit
from gateway.routes.photos import PhotoId
from vignette_shared.contracts.api import Album, AlbumChange, AlbumOrder, NewAlbum, Page
from vignette_shared.errors import (
    AlbumFull,
    AuthenticationRequired,
    BadCursor,
    BadRequest,
    Forbidden,
    NotFound,
    TooManyAlbums,
    ValidationFailed,
)

router = APIRouter()

ALBUM = {
    "id": "019ab1f0-9a00-7d11-8c7e-6a1d2c3b4e5f",
    "title": "Summer",
    "description": "",
    "visibility": "unlisted",
    "photo_count": 1,
    "cover": PHOTO,
    "created_at": "2026-05-04T08:00:00Z",
    "owner": PHOTO["owner"],
}
NEW_ALBUM = {"title": "Summer", "visibility": "unlisted"}
ALBUM_CHANGE = {"title": "Summer at the lake", "cover_photo_id": PHOTO["id"]}
ORDER = {"ids": [PHOTO["id"]]}
AlbumId = Annotated[str, Path(description="UUID of the album", examples=[ALBUM["id"]])]


@router.post(
    "/albums",
    operation_id="create_album",
    summary="Make an album",
    status_code=201,
    response_model=Album,
    responses={
        201: answer("The new album", ALBUM | {"photo_count": 0, "cover": None}, Location="its address"),
        **changing(*with_body(TooManyAlbums, BadRequest, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def create_album(
    request: Request, parts: WithParts, caller: Writer, body: Annotated[NewAlbum, Body(examples=[NEW_ALBUM])]
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/albums",
    operation_id="list_albums",
    summary="One's own albums, or someone's public ones, newest first",
    response_model=Page[Album],
    responses={
        200: answer("A page of albums", {"items": [ALBUM], "next_cursor": None}),
        **forwarded(AuthenticationRequired, BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_ANYONE,
    tags=["albums"],
)
async def list_albums(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    user: Annotated[
        str | None, Query(max_length=64, description="user name of the owner; without it, one's own")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/albums/{album_id}",
    operation_id="get_album",
    summary="One album",
    description="Its photos are at `GET /photos?album=`. An unlisted album is readable by its id.",
    response_model=Album,
    responses={200: answer("The album", ALBUM), **forwarded(AuthenticationRequired, NotFound)},
    openapi_extra=FOR_ANYONE,
    tags=["albums"],
)
async def get_album(request: Request, parts: WithParts, caller: AnyCaller, album_id: AlbumId) -> Response:
    return await forward(request, parts.photos, caller)


@router.patch(
    "/albums/{album_id}",
    operation_id="change_album",
    summary="Change title, description, visibility or cover",
    description="What is left out or null stays, but for the cover: null makes the first photo the cover.",
    response_model=Album,
    responses={
        200: answer("The album as it is now", ALBUM),
        **changing(*with_body(Forbidden, NotFound, BadRequest, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def change_album(
    request: Request,
    parts: WithParts,
    caller: Writer,
    album_id: AlbumId,
    body: Annotated[AlbumChange, Body(examples=[ALBUM_CHANGE])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/albums/{album_id}",
    operation_id="delete_album",
    summary="Remove an album and its links; its photos stay",
    status_code=204,
    response_class=Response,
    responses={204: answer("Done"), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def delete_album(request: Request, parts: WithParts, caller: Writer, album_id: AlbumId) -> Response:
    return await forward(request, parts.photos, caller)


@router.put(
    "/albums/{album_id}/photos/{photo_id}",
    operation_id="add_to_album",
    summary="Put one of one's photos into an album, before the others",
    status_code=204,
    response_class=Response,
    responses={204: answer("It is in the album"), **changing(Forbidden, NotFound, AlbumFull)},
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def add_to_album(
    request: Request, parts: WithParts, caller: Writer, album_id: AlbumId, photo_id: PhotoId
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/albums/{album_id}/photos/{photo_id}",
    operation_id="remove_from_album",
    summary="Take a photo out of an album",
    status_code=204,
    response_class=Response,
    responses={204: answer("It is not in the album"), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def remove_from_album(
    request: Request, parts: WithParts, caller: Writer, album_id: AlbumId, photo_id: PhotoId
) -> Response:
    return await forward(request, parts.photos, caller)


@router.patch(
    "/albums/{album_id}/photos",
    operation_id="order_album",
    summary="Put an album's photos in order",
    description="Photos that are left out follow after the named ones, in the order they had.",
    status_code=204,
    response_class=Response,
    responses={
        204: answer("The album is in this order"),
        **changing(*with_body(Forbidden, NotFound, BadRequest, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def order_album(
    request: Request,
    parts: WithParts,
    caller: Writer,
    album_id: AlbumId,
    body: Annotated[AlbumOrder, Body(examples=[ORDER])],
) -> Response:
    return await forward(request, parts.photos, caller)
