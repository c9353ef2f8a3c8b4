"""Photos, their files, the feed and the tags."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime

from gateway.access.dependencies import AnyCaller, WithParts, Writer
from gateway.documentation.overview import (
    FOR_ANYONE,
    FOR_MEMBERS,
    PHOTO,
    answer,
    binary,
    changing,
    forwarded,
    multipart,
)
from gateway.forwarding.relay import forward
from gateway.routes.paging import Cursor, Limit, Search, UserFilter
from vignette_shared.contracts.api import Page, Photo, PhotoStatus, RenditionSize
from vignette_shared.errors import (
    AuthenticationRequired,
    BadCursor,
    BadLabel,
    BadQuery,
    BadRequest,
    ChecksumMismatch,
    DecodeTimedOut,
    Forbidden,
    ImageError,
    NotAnImage,
    NotFound,
    QuotaExceeded,
    RangeNotSatisfiable,
    StorageError,
    StorageFull,
    TooLarge,
    TooManyPixels,
    TruncatedImage,
    UnsupportedMediaType,
    ValidationFailed,
)
from vignette_shared.http.problems import problems

router = APIRouter()

PhotoId = Annotated[str, Path(description="UUID of the photo", examples=[PHOTO["id"]])]
UPLOAD = multipart(
    "The picture: JPEG, PNG, WebP, GIF, TIFF, HEIC or AVIF, known by its content and never by its name",
    title={"type": "string", "maxLength": 200, "default": ""},
    description={"type": "string", "maxLength": 5000, "default": ""},
    visibility={
        "type": "string",
        "enum": ["public", "unlisted", "private"],
        "description": "left out: one's own default, which is `public` until one changes it",
    },
    tags={"type": "string", "default": "", "description": "one's own tags, separated by commas"},
    album_id={"type": "string", "description": "UUID of an album of one's own to put it in"},
)
CHECKSUM: dict[str, Any] = {
    "name": "X-Content-SHA256",
    "in": "header",
    "required": False,
    "description": "SHA-256 of the file in hex; other bytes are refused",
    "schema": {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
}
RANGE, IF_NONE_MATCH = (
    {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
    for name, text in (("Range", "`bytes=first-last`"), ("If-None-Match", "ETag of what one has"))
)


@router.post(
    "/photos",
    operation_id="create_photo",
    summary="Upload a photo",
    description="Stored when this answers; renditions and tags follow within seconds, as `/events` tells.",
    status_code=201,
    response_model=Photo,
    responses={
        200: {
            **answer("These bytes were there already: `duplicate` is true", PHOTO | {"duplicate": True}),
            "model": Photo,
        },
        201: answer(
            "The new photo", PHOTO | {"status": "pending", "tags": []}, Location="address of the photo"
        ),
        **changing(
            TooLarge,
            QuotaExceeded,
            UnsupportedMediaType,
            ValidationFailed,
            NotAnImage,
            TooManyPixels,
            TruncatedImage,
            DecodeTimedOut,
            ChecksumMismatch,
            BadLabel,
            BadRequest,
            StorageFull,
            StorageError,
        ),
    },
    openapi_extra={**FOR_MEMBERS, **UPLOAD, "parameters": [CHECKSUM]},
    tags=["photos"],
)
async def create_photo(request: Request, parts: WithParts, caller: Writer) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/photos",
    operation_id="list_photos",
    summary="The public feed, or what a search finds",
    description=(
        "With `user=` one's own name, all of one's own; `status=` looks at one's own only. "
        "Pages by `new` neither repeat nor miss a photo while others come and go; by `liked`, one that is "
        "liked meanwhile may move across the end of a page."
    ),
    response_model=Page[Photo],
    responses={
        200: answer("A page of photos", {"items": [PHOTO], "next_cursor": None}),
        **forwarded(AuthenticationRequired, NotFound, BadCursor, BadLabel, BadQuery, ValidationFailed),
    },
    openapi_extra=FOR_ANYONE,
    tags=["photos"],
)
async def list_photos(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    q: Search = "",
    user: UserFilter = None,
    tag: Annotated[list[str] | None, Query(max_length=20, description="label; repeated, all of them")] = None,
    album: Annotated[
        str | None, Query(max_length=64, description="UUID of an album, whose order the photos come in")
    ] = None,
    status: Annotated[PhotoStatus | None, Query(description="one's own photos in this state")] = None,
    since: Annotated[
        AwareDatetime | date | None, Query(description="uploaded at or after; a date is its start in UTC")
    ] = None,
    until: Annotated[AwareDatetime | date | None, Query(description="uploaded before")] = None,
    min_score: Annotated[
        float | None, Query(ge=0, le=1, description="least score of the named tags, or of any")
    ] = None,
    sort: Annotated[
        Literal["new", "liked"],
        Query(description="newest first, or most liked first; a cursor keeps to its own"),
    ] = "new",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/photos/{photo_id}",
    operation_id="get_photo",
    summary="One photo",
    response_model=Photo,
    responses={
        200: answer("The photo", PHOTO, ETag="strong, of what the caller sees"),
        304: {"description": "One has it already"},
        **forwarded(AuthenticationRequired, NotFound, ValidationFailed),
    },
    openapi_extra={**FOR_ANYONE, "parameters": [IF_NONE_MATCH]},
    tags=["photos"],
)
async def get_photo(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    photo_id: PhotoId,
    include: Annotated[
        Literal["rejected", "all"] | None,
        Query(description="for the owner: rejected tags too, or also those below their threshold"),
    ] = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/photos/{photo_id}",
    operation_id="delete_photo",
    summary="Move a photo to the trash, or remove it for good",
    status_code=204,
    response_class=Response,
    responses={204: answer("Done"), **changing(Forbidden, NotFound, ValidationFailed, StorageError)},
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def delete_photo(
    request: Request,
    parts: WithParts,
    caller: Writer,
    photo_id: PhotoId,
    *,
    permanent: Annotated[bool, Query(description="with its files, and not to the trash")] = False,
) -> Response:
    return await forward(request, parts.photos, caller)


FILE_TEXT = (
    "`preview` fits in 1600 px and `thumb` in 400 px, upright and without location. `original` is the bytes "
    "as uploaded for the owner; others get it where the owner allows it, without location and maker notes."
)
FILE_HEADERS = {"ETag": "strong", "Accept_Ranges": "bytes", "Cache_Control": "how long it may be kept"}
FILE_ERRORS = forwarded(
    AuthenticationRequired, NotFound, ValidationFailed, StorageError, StorageFull, ImageError, DecodeTimedOut
)
Size = Annotated[RenditionSize, Query(description="which rendition")]
Share = Annotated[
    str | None, Query(max_length=128, description="signature in the addresses of a share link's photos")
]


@router.get(
    "/photos/{photo_id}/file",
    operation_id="get_photo_file",
    summary="A photo's bytes",
    description=FILE_TEXT,
    response_class=Response,
    responses={
        200: binary("The file", **FILE_HEADERS),
        206: binary("The bytes asked for", Content_Range="which"),
        304: {"description": "One has it already"},
        **problems(RangeNotSatisfiable),
        **FILE_ERRORS,
    },
    openapi_extra={**FOR_ANYONE, "parameters": [RANGE, IF_NONE_MATCH]},
    tags=["photos"],
)
async def get_photo_file(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    photo_id: PhotoId,
    size: Size = "preview",
    share: Share = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.head(
    "/photos/{photo_id}/file",
    operation_id="head_photo_file",
    summary="The headers that come with a photo's bytes",
    response_class=Response,
    responses={
        200: answer("As GET, without the bytes", **FILE_HEADERS, Content_Length="bytes of the file"),
        206: answer("As GET with a range", Content_Range="which"),
        304: {"description": "One has it already"},
        **problems(RangeNotSatisfiable),
        **FILE_ERRORS,
    },
    openapi_extra={**FOR_ANYONE, "parameters": [RANGE, IF_NONE_MATCH]},
    tags=["photos"],
)
async def head_photo_file(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    photo_id: PhotoId,
    size: Size = "preview",
    share: Share = None,
) -> Response:
    return await forward(request, parts.photos, caller)
