"""Labels: how many photos of a search each one is on, and which begin as someone types."""

from typing import Annotated

from fastapi import APIRouter, Query

from photos.kernel.http import Caller, WiredServices
from photos.kernel.paging import Cursor, Limit
from photos.search import label_counts
from photos.search.query_language import parse_query
from photos.search.repository.photo_lists import FeedQuery
from photos.search.routes.photo_lists import Search, UserFilter
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
    return label_counts.list_labels(services, query, cursor)


@router.get("/suggest")
def suggest_labels(
    services: WiredServices,
    caller: Caller,
    prefix: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Page[Suggestion]:
    return label_counts.suggest_labels(services, caller.user_id, prefix, limit)
