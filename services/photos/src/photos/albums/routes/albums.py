"""Albums, what is in them and in which order."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from photos.albums import albums
from photos.kernel.http import AlbumId, Caller, PageParams, PhotoId, UserId, WiredServices
from vignette_shared.contracts.api import Album, AlbumChange, AlbumOrder, NewAlbum, Page
from vignette_shared.errors import AlbumFull, Forbidden, NotFound, TooManyAlbums
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1", tags=["albums"], route_class=OperationRoute)


@router.post(
    "/albums",
    **operation(
        "write",
        status=201,
        returns="The new album.",
        headers={"Location": "Address of the album."},
        raises=(TooManyAlbums,),
    ),
)
def create_album(services: WiredServices, user_id: UserId, new_album: NewAlbum, response: Response) -> Album:
    """Create an album."""
    album = albums.create_album(services, user_id, new_album)
    response.headers["Location"] = f"/api/v1/albums/{album.id}"
    return album


@router.get("/albums", **operation("anyone", returns="A page of albums."))
def list_albums(
    services: WiredServices,
    caller: Caller,
    page: PageParams,
    user: Annotated[
        str | None, Query(max_length=64, description="Username of the owner. Defaults to the caller.")
    ] = None,
) -> Page[Album]:
    """List albums.

    Returns your own albums, or another user's public albums, newest first.
    """
    return albums.list_albums(services, caller, user, page.cursor, page.limit)


@router.get("/albums/{album_id}", **operation("anyone", returns="The album.", raises=(NotFound,)))
def get_album(services: WiredServices, caller: Caller, album_id: AlbumId) -> Album:
    """Retrieve an album.

    List its photos with `GET /photos?album=`. Anyone who knows the ID can read an unlisted album.
    """
    return albums.get_album(services, album_id, caller.user_id)


@router.patch(
    "/albums/{album_id}",
    **operation("write", returns="The updated album.", raises=(Forbidden, NotFound)),
)
def change_album(services: WiredServices, caller: Caller, album_id: AlbumId, change: AlbumChange) -> Album:
    """Update an album.

    Changes title, description, visibility or cover. Omitted and null fields are unchanged, except
    `cover_photo_id`, where null makes the first photo the cover.
    """
    return albums.change_album(services, album_id, caller, change)


@router.delete("/albums/{album_id}", **operation("write", status=204, raises=(Forbidden, NotFound)))
def delete_album(services: WiredServices, caller: Caller, album_id: AlbumId) -> None:
    """Delete an album.

    Deletes the album and its share links. Its photos are kept.
    """
    albums.remove_album(services, album_id, caller)


@router.put(
    "/albums/{album_id}/photos/{photo_id}",
    **operation("write", status=204, raises=(Forbidden, NotFound, AlbumFull)),
)
def add_to_album(services: WiredServices, caller: Caller, album_id: AlbumId, photo_id: PhotoId) -> None:
    """Add a photo to an album.

    Idempotent. Adds one of your own photos, before the others.
    """
    albums.put_photo(services, album_id, photo_id, caller)


@router.delete(
    "/albums/{album_id}/photos/{photo_id}",
    **operation("write", status=204, raises=(Forbidden, NotFound)),
)
def remove_from_album(services: WiredServices, caller: Caller, album_id: AlbumId, photo_id: PhotoId) -> None:
    """Remove a photo from an album.

    Idempotent.
    """
    albums.take_photo(services, album_id, photo_id, caller)


@router.patch(
    "/albums/{album_id}/photos",
    **operation("write", status=204, raises=(Forbidden, NotFound)),
)
def order_album(services: WiredServices, caller: Caller, album_id: AlbumId, order: AlbumOrder) -> None:
    """Reorder an album.

    Photos not listed in `ids` follow the listed ones, in their current order.
    """
    albums.order_album(services, album_id, caller, order)
