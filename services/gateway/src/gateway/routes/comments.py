"""Comments on photos."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, WithParts, Writer
from gateway.documentation.overview import FOR_ANYONE, FOR_MEMBERS, answer, changing, forwarded, with_body
from gateway.forwarding.relay import forward
from gateway.routes.paging import Cursor, Limit
from gateway.routes.photos import PhotoId
from gateway.routes.social import PERSON
from vignette_shared.contracts.api import Comment, NewComment, Page
from vignette_shared.errors import AuthenticationRequired, BadCursor, Forbidden, NotFound, ValidationFailed

router = APIRouter()

TEXT = {"text": "What a light! Where was this?"}
COMMENT = {
    "id": "019ab1f3-2c11-7a55-8f0e-3b1d6a9c4e77",
    "author": PERSON,
    **TEXT,
    "created_at": "2026-05-04T09:12:30Z",
}


@router.get(
    "/photos/{photo_id}/comments",
    operation_id="list_comments",
    summary="A photo's comments, oldest first",
    response_model=Page[Comment],
    responses={
        200: answer("A page of comments", {"items": [COMMENT], "next_cursor": None}),
        **forwarded(AuthenticationRequired, NotFound, BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_ANYONE,
    tags=["photos"],
)
async def list_comments(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    photo_id: PhotoId,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/photos/{photo_id}/comments",
    operation_id="create_comment",
    summary="Comment on a photo",
    status_code=201,
    response_model=Comment,
    responses={
        201: answer("The new comment", COMMENT),
        **changing(*with_body(Forbidden, NotFound, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def create_comment(
    request: Request,
    parts: WithParts,
    caller: Writer,
    photo_id: PhotoId,
    body: Annotated[NewComment, Body(examples=[TEXT])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/comments/{comment_id}",
    operation_id="delete_comment",
    summary="Delete a comment",
    description="Its author may, the photo's owner, and an admin.",
    status_code=204,
    response_class=Response,
    responses={204: answer("Deleted"), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def delete_comment(
    request: Request,
    parts: WithParts,
    caller: Writer,
    comment_id: Annotated[str, Path(description="UUID of the comment", examples=[COMMENT["id"]])],
) -> Response:
    return await forward(request, parts.photos, caller)
