"""Photos: list, take in, show, take away."""

from datetime import UTC, date, datetime
from typing import Annotated, cast

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, AwareDatetime

from photos.repository.feed import FeedQuery, Sort
from photos.routes.bodies import STORING
from photos.routes.dependencies import AlbumFilter, Caller, PhotoId, ReaderId, WiredServices, WriterId
from photos.routes.multipart import least_file_bytes, receive_upload
from photos.service import editing, feed, photos, retagging, trash
from photos.service.cursors import read_place
from photos.service.etags import names_etag, photo_etag
from photos.service.labels import normalise_label
from photos.service.query_language import MAX_LENGTH, parse_query
from photos.service.staging import StagingFile
from photos.service.uploads import require_room_for, store_upload
from vignette_shared.contracts.api import (
    Page,
    Photo,
    PhotoChange,
    PhotoStatus,
)

router = APIRouter(prefix="/api/v1")


def _in_utc(moment: datetime | date) -> datetime:
    """A date is that day's start in UTC."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def _key(user: str | None) -> str | None:
    return user.strip().lower() if user is not None else None


Moment = Annotated[AwareDatetime | date, AfterValidator(_in_utc)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=512)]
Search = Annotated[str, Query(max_length=MAX_LENGTH)]
UserFilter = Annotated[str | None, Query(max_length=64), AfterValidator(_key)]


@router.post("/photos", status_code=201, response_model=Photo)
async def upload(request: Request, services: WiredServices, caller: Caller, user_id: WriterId) -> Response:
    if announced := least_file_bytes(request):
        announced_sha256 = request.headers.get("x-content-sha256", "")
        await to_thread.run_sync(
            require_room_for, services.uploads, user_id, announced, announced_sha256.lower()
        )
    staging = StagingFile(services.staging, services.limits.upload_bytes, services.min_free_bytes)
    with staging:
        form = await receive_upload(request, staging)
        file = staging.complete()
        stored = await to_thread.run_sync(
            store_upload, services.uploads, user_id, file, form, limiter=STORING
        )
    photo = await to_thread.run_sync(photos.get_photo, services.database, stored.photo_id, caller)
    if stored.duplicate:
        photo = photo.model_copy(update={"duplicate": True})
    return JSONResponse(
        photo.model_dump(mode="json"),
        status_code=200 if stored.duplicate else 201,
        headers={"Location": f"/api/v1/photos/{photo.id}"},
    )


@router.get("/photos")
def list_photos(
    *,
    services: WiredServices,
    caller: Caller,
    q: Search = "",
    user: UserFilter = None,
    tag: Annotated[list[str] | None, Query(max_length=20)] = None,
    album: AlbumFilter,
    status: PhotoStatus | None = None,
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
    min_score: Annotated[float | None, Query(ge=0, le=1)] = None,
    sort: Sort = "new",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Photo]:
    in_order = album is not None and sort == "new"
    after, likes = feed.read_end(cursor, sort) if cursor and not in_order else (None, None)
    query = FeedQuery(
        viewer_id=caller.user_id,
        search=parse_query(q),
        username_key=user,
        labels=tuple(dict.fromkeys(normalise_label(label) for label in tag or [])),
        status=status,
        since=cast("datetime | None", since),  # which `_in_utc` has made of a date
        until=cast("datetime | None", until),
        min_score=min_score,
        sort=sort,
        album_id=album,
        after=after,
        after_likes=likes,
        after_place=read_place(cursor) if cursor and in_order else None,
        limit=limit,
    )
    return feed.list_photos(services.database, query)


@router.get("/photos/{photo_id}", response_model=Photo)
def get_photo(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    include: photos.Include | None = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    return _tagged(photos.get_photo(services.database, photo_id, caller, include), if_none_match)


@router.patch("/photos/{photo_id}", response_model=Photo)
def change_photo(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    change: PhotoChange,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    return _tagged(editing.change_photo(services.database, photo_id, caller, change, if_match))


@router.delete("/photos/{photo_id}", status_code=204, response_class=Response)
def delete_photo(
    services: WiredServices, caller: Caller, photo_id: PhotoId, *, permanent: bool = False
) -> None:
    if permanent:
        photos.remove_photo(services.database, services.store, photo_id, caller)
    else:
        photos.trash_photo(services.database, services.clock, photo_id, caller)


@router.get("/me/trash")
def list_trash(
    services: WiredServices, user_id: ReaderId, limit: Limit = 50, cursor: Cursor = None
) -> Page[Photo]:
    return trash.list_trash(services.database, user_id, cursor, limit)


@router.post("/photos/{photo_id}/restore")
def restore_photo(services: WiredServices, caller: Caller, photo_id: PhotoId) -> Photo:
    return trash.restore_photo(services.database, services.clock, services.model, photo_id, caller)


@router.post("/photos/{photo_id}/retag", status_code=202)
def retag_photo(services: WiredServices, caller: Caller, photo_id: PhotoId) -> Photo:
    return retagging.retag_photo(services.database, services.clock, services.model, photo_id, caller)


def _tagged(photo: Photo, if_none_match: str | None = None) -> Response:
    """Answer with a photo and its ETag; with the ETag alone to someone who has it already."""
    headers = {"ETag": photo_etag(photo)}
    if if_none_match is not None and names_etag(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(photo.model_dump_json(), headers=headers, media_type="application/json")
