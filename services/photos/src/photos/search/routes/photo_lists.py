"""HTTP for lists of photos."""

from datetime import UTC, date, datetime
from typing import Annotated, cast

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime

from photos.kernel.cursors import read_place
from photos.kernel.http import AlbumFilter, Caller, WiredServices
from photos.kernel.paging import Cursor, Limit
from photos.search import photo_lists
from photos.search.query_language import MAX_LENGTH, parse_query
from photos.search.repository.photo_lists import FeedQuery, Sort
from photos.tags.labels import normalise_label
from vignette_shared.contracts.api import Page, Photo, PhotoStatus

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
Search = Annotated[str, Query(max_length=MAX_LENGTH)]
UserFilter = Annotated[str | None, Query(max_length=64), AfterValidator(_key)]


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
    after, likes = photo_lists.read_end(cursor, sort) if cursor and not in_order else (None, None)
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
    return photo_lists.list_photos(services, query)
