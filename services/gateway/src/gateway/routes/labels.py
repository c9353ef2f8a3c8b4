"""Labels: how many photos of a search each one is on, and which begin as someone types."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, WithParts
from gateway.documentation.overview import FOR_ANYONE, PHOTO, answer, forwarded
from gateway.forwarding.relay import forward
from gateway.routes.paging import Cursor, Limit, Search, UserFilter
from vignette_shared.contracts.api import Page, Suggestion, TagCount
from vignette_shared.errors import AuthenticationRequired, BadCursor, BadQuery, ValidationFailed

router = APIRouter()


@router.get(
    "/tags",
    operation_id="list_tags",
    summary="Labels with the number of photos that the caller can see",
    description="With `q` or `user`, counted over what `GET /photos` would list for them.",
    response_model=Page[TagCount],
    responses={
        200: answer(
            "Labels, the commonest first",
            {"items": [{"label": "lake", "count": 3, "cover": PHOTO}], "next_cursor": None},
        ),
        **forwarded(AuthenticationRequired, BadCursor, BadQuery, ValidationFailed),
    },
    openapi_extra=FOR_ANYONE,
    tags=["photos"],
)
async def list_tags(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    q: Search = "",
    user: UserFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/tags/suggest",
    operation_id="suggest_tags",
    summary="Labels that begin as asked",
    response_model=Page[Suggestion],
    responses={
        200: answer(
            "Labels, the commonest first", {"items": [{"label": "lake", "count": 3}], "next_cursor": None}
        ),
        **forwarded(AuthenticationRequired, ValidationFailed),
    },
    openapi_extra=FOR_ANYONE,
    tags=["photos"],
)
async def suggest_tags(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    prefix: Annotated[str, Query(max_length=64, description="what the label begins with")] = "",
    limit: Annotated[int, Query(ge=1, le=50, description="labels at most")] = 10,
) -> Response:
    return await forward(request, parts.photos, caller)
