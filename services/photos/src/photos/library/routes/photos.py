"""HTTP for a photo: view, edit, trash, restore, retag."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from photos.kernel.http import Caller, PhotoId, ReaderId, WiredServices
from photos.kernel.paging import Cursor, Limit
from photos.library import editing, photos, retagging, trash
from photos.library.etags import names_etag, photo_etag
from vignette_shared.contracts.api import Page, Photo, PhotoChange

router = APIRouter(prefix="/api/v1")


@router.get("/photos/{photo_id}", response_model=Photo)
def get_photo(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    include: photos.Include | None = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    return _tagged(photos.get_photo(services, photo_id, caller, include), if_none_match)


@router.patch("/photos/{photo_id}", response_model=Photo)
def change_photo(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    change: PhotoChange,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    return _tagged(editing.change_photo(services, photo_id, caller, change, if_match))


@router.delete("/photos/{photo_id}", status_code=204, response_class=Response)
def delete_photo(
    services: WiredServices, caller: Caller, photo_id: PhotoId, *, permanent: bool = False
) -> None:
    if permanent:
        photos.remove_photo(services, photo_id, caller)
    else:
        photos.trash_photo(services, photo_id, caller)


@router.get("/me/trash")
def list_trash(
    services: WiredServices, user_id: ReaderId, limit: Limit = 50, cursor: Cursor = None
) -> Page[Photo]:
    return trash.list_trash(services, user_id, cursor, limit)


@router.post("/photos/{photo_id}/restore")
def restore_photo(services: WiredServices, caller: Caller, photo_id: PhotoId) -> Photo:
    return trash.restore_photo(services, photo_id, caller)


@router.post("/photos/{photo_id}/retag", status_code=202)
def retag_photo(services: WiredServices, caller: Caller, photo_id: PhotoId) -> Photo:
    return retagging.retag_photo(services, photo_id, caller)


def _tagged(photo: Photo, if_none_match: str | None = None) -> Response:
    """Answer with a photo and its ETag; with the ETag alone to someone who has it already."""
    headers = {"ETag": photo_etag(photo)}
    if if_none_match is not None and names_etag(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(photo.model_dump_json(), headers=headers, media_type="application/json")
