"""HTTP for lists of photos."""

from datetime import UTC, date, datetime
from typing import Annotated, cast

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime

from photos.kernel.cursors import read_place
from photos.kernel.http import NO_ALBUM, Caller, PageParams, WiredServices, canonical_id
from photos.search import photo_lists
from photos.search.query_language import MAX_LENGTH, parse_query
from photos.search.repository.photo_lists import FeedQuery, Sort
from photos.tags.labels import normalise_label
from vignette_shared.contracts.api import Page, Photo, PhotoStatus
from vignette_shared.errors import BadLabel, BadQuery, NotFound
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1", tags=["photos"], route_class=OperationRoute)


def _in_utc(moment: datetime | date) -> datetime:
    """Return a moment in UTC; a date means its start."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def _key(user: str | None) -> str | None:
    return user.strip().lower() if user is not None else None


Moment = Annotated[AwareDatetime | date, AfterValidator(_in_utc)]
Search = Annotated[
    str,
    Query(
        max_length=MAX_LENGTH,
        description=(
            "Search query. Words match labels, and words of title and description; all of them must match. "
            'Supports `OR`, `-word` or `NOT`, `"red car"`, parentheses, `tag:`, `user:`, `camera:`, '
            "`before:2024-05-01`, `after:`, `score:>0.8` (for the labels beside it), "
            "`is:private|public|unlisted|pending|tagged|failed` (your own photos) and `is:liked`."
        ),
        examples=['lake (boat OR "rowing boat") -people'],
    ),
]
UserFilter = Annotated[
    str | None, Query(max_length=64, description="Username of the owner."), AfterValidator(_key)
]


@router.get(
    "/photos",
    **operation("anyone", returns="A page of photos.", raises=(NotFound, BadLabel, BadQuery)),
)
def list_photos(
    services: WiredServices,
    caller: Caller,
    page: PageParams,
    q: Search = "",
    user: UserFilter = None,
    tag: Annotated[
        list[str] | None, Query(max_length=20, description="Label. Repeat it to require several labels.")
    ] = None,
    album: Annotated[
        str | None,
        Query(max_length=64, description="ID of an album. Photos are returned in its order."),
        canonical_id(NO_ALBUM),
    ] = None,
    status: Annotated[PhotoStatus | None, Query(description="Only your own photos with this status.")] = None,
    since: Annotated[
        Moment | None, Query(description="Uploaded at or after. A date means its start in UTC.")
    ] = None,
    until: Annotated[Moment | None, Query(description="Uploaded before.")] = None,
    min_score: Annotated[
        float | None, Query(ge=0, le=1, description="Minimum score of the given tags, or of any tag.")
    ] = None,
    sort: Annotated[
        Sort, Query(description="`new` or `liked` first. A cursor is valid for its own order only.")
    ] = "new",
) -> Page[Photo]:
    """List photos.

    Returns the public feed, or the results of a search. With `user` set to your own username, returns all
    your photos. Pages sorted by `new` neither repeat nor skip photos while others are added; sorted by
    `liked`, a photo that gains likes may move between pages.
    """
    in_order = album is not None and sort == "new"
    after, likes = photo_lists.read_end(page.cursor, sort) if page.cursor and not in_order else (None, None)
    query = FeedQuery(
        viewer_id=caller.user_id,
        search=parse_query(q),
        username_key=user,
        labels=tuple(dict.fromkeys(normalise_label(label) for label in tag or [])),
        status=status,
        since=cast("datetime | None", since),  # `_in_utc` has converted dates
        until=cast("datetime | None", until),
        min_score=min_score,
        sort=sort,
        album_id=album,
        after=after,
        after_likes=likes,
        after_place=read_place(page.cursor) if page.cursor and in_order else None,
        limit=page.limit,
    )
    return photo_lists.list_photos(services, query)
