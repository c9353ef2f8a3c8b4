"""Albums, what is in them and in which order."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from photos.albums import albums
from photos.kernel.http import AlbumId, Caller, PhotoId, WiredServices, WriterId
from photos.kernel.paging import Cursor, Limit
from vignette_shared.contracts.api import Album, AlbumChange, AlbumOrder, NewAlbum, Page

router = APIRouter(prefix="/api/v1")


@router.post("/albums", status_code=201)
def create_album(services: WiredServices, user_id: WriterId, asked: NewAlbum, response: Response) -> Album:
    album = albums.create_album(services, user_id, asked)
    response.headers["Location"] = f"/api/v1/albums/{album.id}"
    return album


@router.get("/albums")
def list_albums(
    services: WiredServices,
    caller: Caller,
    user: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Album]:
    return albums.list_albums(services, caller, user, cursor, limit)


@router.get("/albums/{album_id}")
def get_album(services: WiredServices, caller: Caller, album_id: AlbumId) -> Album:
    return albums.get_album(services, album_id, caller.user_id)


@router.patch("/albums/{album_id}")
def change_album(services: WiredServices, caller: Caller, album_id: AlbumId, change: AlbumChange) -> Album:
    return albums.change_album(services, album_id, caller, change)


@router.delete("/albums/{album_id}", status_code=204, response_class=Response)
def delete_album(services: WiredServices, caller: Caller, album_id: AlbumId) -> None:
    albums.remove_album(services, album_id, caller)


@router.put("/albums/{album_id}/photos/{photo_id}", status_code=204, response_class=Response)
def add_to_album(services: WiredServices, caller: Caller, album_id: AlbumId, photo_id: PhotoId) -> None:
    albums.put_photo(services, album_id, photo_id, caller)


@router.delete("/albums/{album_id}/photos/{photo_id}", status_code=204, response_class=Response)
def remove_from_album(services: WiredServices, caller: Caller, album_id: AlbumId, photo_id: PhotoId) -> None:
    albums.take_photo(services, album_id, photo_id, caller)


@router.patch("/albums/{album_id}/photos", status_code=204, response_class=Response)
def order_album(services: WiredServices, caller: Caller, album_id: AlbumId, order: AlbumOrder) -> None:
    albums.order_album(services, album_id, caller, order)
