"""Photos: list, take in, show, take away."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator

from photos.repository.feed import FeedQuery
from photos.routes.dependencies import AlbumFilter, Caller, PhotoId, WiredServices, WriterId
from photos.routes.multipart import receive_upload
from photos.service import feed, photos
from photos.service.cursors import read_place, read_position
from photos.service.labels import normalise_label
from photos.service.staging import StagingFile
from photos.service.uploads import store_upload
from vignette_shared.contracts.api import Page, Photo, PhotoStatus, TagCount

router = APIRouter(prefix="/api/v1")

# Uploads wait for a decoder process; they must not take the threads that answer everyone else.
_storing = CapacityLimiter(8)


def _in_utc(moment: datetime) -> datetime:
    """A date is that day's start in UTC, and so is a time without a zone."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


Moment = Annotated[datetime, AfterValidator(_in_utc)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=512)]


@router.post("/photos", status_code=201, response_model=Photo)
async def upload(request: Request, services: WiredServices, caller: Caller, user_id: WriterId) -> Response:
    staging = StagingFile(services.staging, services.limits.upload_bytes, services.min_free_bytes)
    with staging:
        form = await receive_upload(request, staging)
        file = staging.complete()
        stored = await to_thread.run_sync(
            store_upload, services.uploads, user_id, file, form, limiter=_storing
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
    user: Annotated[str | None, Query(max_length=64)] = None,
    tag: Annotated[list[str] | None, Query(max_length=20)] = None,
    album: AlbumFilter,
    status: PhotoStatus | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    min_score: Annotated[float | None, Query(ge=0, le=1)] = None,
    sort: Literal["new"] = "new",  # noqa: ARG001 - the only order yet; named so that others are refused
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Photo]:
    query = FeedQuery(
        viewer_id=caller.user_id,
        username_key=user.strip().lower() if user is not None else None,
        labels=tuple(dict.fromkeys(normalise_label(label) for label in tag or [])),
        status=status,
        since=since,
        until=until,
        min_score=min_score,
        album_id=album,
        after=read_position(cursor) if cursor and album is None else None,
        after_place=read_place(cursor) if cursor and album is not None else None,
        limit=limit,
    )
    return feed.list_photos(services.database, query)


@router.get("/photos/{photo_id}")
def get_photo(
    services: WiredServices, caller: Caller, photo_id: PhotoId, include: photos.Include | None = None
) -> Photo:
    return photos.get_photo(services.database, photo_id, caller, include)


@router.delete("/photos/{photo_id}", status_code=204, response_class=Response)
def delete_photo(
    services: WiredServices, caller: Caller, photo_id: PhotoId, *, permanent: bool = False
) -> None:
    if permanent:
        photos.remove_photo(services.database, services.store, photo_id, caller)
    else:
        photos.trash_photo(services.database, services.clock, photo_id, caller)


@router.get("/tags")
def list_labels(
    services: WiredServices, caller: Caller, limit: Limit = 50, cursor: Cursor = None
) -> Page[TagCount]:
    return feed.list_labels(services.database, caller.user_id, cursor, limit)
