"""Labels: how many photos of a search each one is on, and which begin as someone types."""

from typing import Annotated

from fastapi import APIRouter, Query

from photos.repository.feed import FeedQuery
from photos.routes.dependencies import Caller, WiredServices
from photos.routes.paging import Cursor, Limit
from photos.routes.photos import Search, UserFilter
from photos.service import feed
from photos.service.query_language import parse_query
from vignette_shared.contracts.api import Page, Suggestion, TagCount

router = APIRouter(prefix="/api/v1/tags")


@router.get("")
def list_labels(
    services: WiredServices,
    caller: Caller,
    q: Search = "",
    user: UserFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[TagCount]:
    query = FeedQuery(caller.user_id, username_key=user, search=parse_query(q), limit=limit)
    return feed.list_labels(services.database, query, cursor)


@router.get("/suggest")
def suggest_labels(
    services: WiredServices,
    caller: Caller,
    prefix: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Page[Suggestion]:
    return feed.suggest_labels(services.database, caller.user_id, prefix, limit)
