"""Comments on photos."""

from typing import Annotated

from fastapi import APIRouter, Path

from photos.kernel.http import Caller, PageParams, PhotoId, WiredServices, canonical_id
from photos.people import comments
from vignette_shared.contracts.api import Comment, NewComment, Page
from vignette_shared.contracts.api.examples import EXAMPLES
from vignette_shared.errors import Forbidden, NotFound
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1", tags=["photos"], route_class=OperationRoute)


CommentId = Annotated[
    str,
    Path(description="ID of the comment.", examples=[EXAMPLES["Comment"]["id"]]),
    canonical_id("There is no such comment, or you may not see it."),
]


@router.get(
    "/photos/{photo_id}/comments",
    **operation("anyone", returns="A page of comments.", raises=(NotFound,)),
)
def list_comments(
    services: WiredServices, caller: Caller, photo_id: PhotoId, page: PageParams
) -> Page[Comment]:
    """List a photo's comments.

    Oldest first.
    """
    return comments.list_comments(services, photo_id, caller, page.after(), page.limit)


@router.post(
    "/photos/{photo_id}/comments",
    **operation("write", status=201, returns="The new comment.", raises=(Forbidden, NotFound)),
)
def create_comment(
    services: WiredServices, caller: Caller, photo_id: PhotoId, new_comment: NewComment
) -> Comment:
    """Comment on a photo."""
    return comments.add_comment(services, photo_id, new_comment.text, caller)


@router.delete("/comments/{comment_id}", **operation("write", status=204, raises=(Forbidden, NotFound)))
def delete_comment(
    services: WiredServices,
    caller: Caller,
    comment_id: CommentId,
) -> None:
    """Delete a comment.

    Allowed for the comment's author, the photo's owner and admins.
    """
    comments.delete_comment(services, comment_id, caller)
