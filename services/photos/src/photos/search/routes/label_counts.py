"""HTTP for label counts and label completion."""

from typing import Annotated

from fastapi import APIRouter, Query

from photos.kernel.http import Caller, PageParams, WiredServices
from photos.search import label_counts
from photos.search.query_language import parse_query
from photos.search.repository.photo_lists import FeedQuery
from photos.search.routes.photo_lists import Search, UserFilter
from vignette_shared.contracts.api import Page, Suggestion, TagCount
from vignette_shared.errors import BadQuery
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1/tags", tags=["photos"], route_class=OperationRoute)


@router.get("", **operation("anyone", returns="Labels, most frequent first.", raises=(BadQuery,)))
def list_tags(
    services: WiredServices,
    caller: Caller,
    page: PageParams,
    q: Search = "",
    user: UserFilter = None,
) -> Page[TagCount]:
    """List labels.

    Returns each label with the number of photos that the caller can see. With `q` or `user`, counts only
    the photos that `GET /photos` would return for them.
    """
    query = FeedQuery(caller.user_id, username_key=user, search=parse_query(q), limit=page.limit)
    return label_counts.list_labels(services, query, page.cursor)


@router.get("/suggest", **operation("anyone", returns="Labels, most frequent first."))
def suggest_tags(
    services: WiredServices,
    caller: Caller,
    prefix: Annotated[str, Query(max_length=64, description="Start of the label.")] = "",
    limit: Annotated[int, Query(ge=1, le=50, description="Maximum number of labels to return.")] = 10,
) -> Page[Suggestion]:
    """Complete a label.

    Returns the labels that start with a prefix.
    """
    return label_counts.suggest_labels(services, caller.user_id, prefix, limit)
