"""Comments on photos."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from photos.kernel.http import Caller, PhotoId, WiredServices, WriterId
from photos.kernel.paging import After, Limit
from photos.people import comments
from vignette_shared.contracts.api import Comment, NewComment, Page
from vignette_shared.errors import NotFound

router = APIRouter(prefix="/api/v1")


def comment_id_of(comment_id: str) -> str:
    """Bring an id into its one spelling; what is no UUID is the id of nothing."""
    try:
        return str(UUID(comment_id))
    except ValueError as error:
        raise NotFound("There is no such comment, or you may not see it.") from error


@router.get("/photos/{photo_id}/comments")
def list_comments(
    services: WiredServices, caller: Caller, photo_id: PhotoId, after: After, limit: Limit = 50
) -> Page[Comment]:
    return comments.list_comments(services, photo_id, caller, after, limit)


@router.post("/photos/{photo_id}/comments", status_code=201)
def add_comment(
    services: WiredServices, caller: Caller, photo_id: PhotoId, _user_id: WriterId, asked: NewComment
) -> Comment:
    return comments.add_comment(services, photo_id, asked.text, caller)


@router.delete("/comments/{comment_id}", status_code=204, response_class=Response)
def delete_comment(
    services: WiredServices,
    caller: Caller,
    _user_id: WriterId,
    comment_id: Annotated[str, Depends(comment_id_of)],
) -> None:
    comments.delete_comment(services, comment_id, caller)
