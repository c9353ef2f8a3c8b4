"""HTTP for a photo: view, edit, trash, restore, retag."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from photos.kernel.http import Caller, PageParams, PhotoId, UserId, WiredServices
from photos.library import editing, photos, retagging, trash
from photos.library.etags import names_etag, photo_etag
from vignette_shared.contracts.api import Page, Photo, PhotoChange
from vignette_shared.errors import Forbidden, NotFound, Stale, StorageError
from vignette_shared.http.operations import OperationRoute, operation, request_header

router = APIRouter(prefix="/api/v1", tags=["photos"], route_class=OperationRoute)

ETAG = {"ETag": "Strong ETag of the photo as the caller sees it."}
IF_NONE_MATCH = request_header("If-None-Match", "ETag of a cached copy.")
IF_MATCH = request_header(
    "If-Match", "ETag of the photo that the change is based on. If the photo has changed, nothing is written."
)


@router.get(
    "/photos/{photo_id}",
    response_model=Photo,
    **operation(
        "anyone",
        returns="The photo.",
        headers=ETAG,
        responses={304: {"description": "Not modified."}},
        parameters=[IF_NONE_MATCH],
        raises=(NotFound,),
    ),
)
def get_photo(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    include: Annotated[
        photos.Include | None,
        Query(description="For the owner: `rejected` adds rejected tags, `all` also tags below threshold."),
    ] = None,
    if_none_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Retrieve a photo."""
    return _tagged(photos.get_photo(services, photo_id, caller, include), if_none_match)


@router.patch(
    "/photos/{photo_id}",
    response_model=Photo,
    **operation(
        "write",
        returns="The updated photo.",
        headers=ETAG,
        parameters=[IF_MATCH],
        raises=(Forbidden, NotFound, Stale),
    ),
)
def change_photo(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    change: PhotoChange,
    if_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Update a photo.

    Changes title, description, alt text or visibility. Omitted and null fields are unchanged, except
    `alt_text`, where null restores the generated alt text.
    """
    return _tagged(editing.change_photo(services, photo_id, caller, change, if_match))


@router.delete(
    "/photos/{photo_id}",
    **operation("write", status=204, raises=(Forbidden, NotFound, StorageError)),
)
def delete_photo(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    *,
    permanent: Annotated[
        bool, Query(description="Delete the photo and its files instead of moving it to the trash.")
    ] = False,
) -> None:
    """Delete a photo.

    Moves the photo to the trash. With `permanent`, deletes the photo and its files.
    """
    if permanent:
        photos.remove_photo(services, photo_id, caller)
    else:
        photos.trash_photo(services, photo_id, caller)


@router.get("/me/trash", **operation("read", returns="A page of photos."))
def list_trash(services: WiredServices, user_id: UserId, page: PageParams) -> Page[Photo]:
    """List photos in the trash.

    Most recently deleted first. Photos are deleted for good after 30 days, or after the period that the
    site sets.
    """
    return trash.list_trash(services, user_id, page.cursor, page.limit)


@router.post(
    "/photos/{photo_id}/restore",
    **operation("write", returns="The photo.", raises=(Forbidden, NotFound)),
)
def restore_photo(services: WiredServices, caller: Caller, photo_id: PhotoId) -> Photo:
    """Restore a photo from the trash."""
    return trash.restore_photo(services, photo_id, caller)


@router.post(
    "/photos/{photo_id}/retag",
    **operation(
        "write",
        status=202,
        returns="The photo; `/events` announces the new tags.",
        raises=(Forbidden, NotFound),
    ),
)
def retag_photo(services: WiredServices, caller: Caller, photo_id: PhotoId) -> Photo:
    """Tag a photo again.

    A failed photo is retried. A tagged photo keeps its tags until the new ones are ready.
    """
    return retagging.retag_photo(services, photo_id, caller)


def _tagged(photo: Photo, if_none_match: str | None = None) -> Response:
    """Answer with a photo and its ETag, or with 304 when the caller's copy is current."""
    headers = {"ETag": photo_etag(photo)}
    if if_none_match is not None and names_etag(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(photo.model_dump_json(), headers=headers, media_type="application/json")
