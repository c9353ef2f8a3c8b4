"""Links to albums: made and revoked by the owner, opened by anyone who has one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Response

from photos.albums import share_links
from photos.albums.share_links import Visit
from photos.kernel.http import AlbumId, Caller, WiredServices
from photos.kernel.paging import Cursor, Limit
from vignette_shared.contracts.api import (
    NewShareLink,
    Page,
    Photo,
    SharedAlbum,
    ShareLink,
    ShareUnlock,
)
from vignette_shared.contracts.shares import PROOF_HEADER, PROOF_SECONDS_HEADER
from vignette_shared.errors import NotFound

router = APIRouter(prefix="/api/v1")
Token = Annotated[str, Path()]


def link_id_of(link_id: Annotated[str, Path()]) -> str:
    try:
        return str(UUID(link_id))
    except ValueError as error:
        raise NotFound("The album has no such share link.") from error


def visit_of(
    token: Token,
    password: Annotated[str | None, Header(alias="X-Share-Password")] = None,
    proof: Annotated[str | None, Header(alias=PROOF_HEADER)] = None,
) -> Visit:
    return Visit(token, None if password is None else _in_utf8(password), proof)


def _in_utf8(header: str) -> str:
    """Read a header as its senders write it: servers take its bytes for Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except ValueError:
        return header


LinkId = Annotated[str, Depends(link_id_of)]
Visitor = Annotated[Visit, Depends(visit_of)]


@router.post("/albums/{album_id}/share-links", status_code=201)
def create_share_link(
    services: WiredServices, caller: Caller, album_id: AlbumId, asked: NewShareLink
) -> ShareLink:
    return share_links.create_link(services, album_id, caller, asked)


@router.get("/albums/{album_id}/share-links")
def list_share_links(services: WiredServices, caller: Caller, album_id: AlbumId) -> Page[ShareLink]:
    return share_links.list_links(services, album_id, caller)


@router.delete("/albums/{album_id}/share-links/{link_id}", status_code=204, response_class=Response)
def delete_share_link(services: WiredServices, caller: Caller, album_id: AlbumId, link_id: LinkId) -> None:
    share_links.remove_link(services, album_id, link_id, caller)


@router.get("/s/{token}")
def get_shared_album(services: WiredServices, _caller: Caller, visit: Visitor) -> SharedAlbum:
    return share_links.get_shared_album(services, visit)


@router.get("/s/{token}/photos")
def list_shared_photos(
    services: WiredServices, _caller: Caller, visit: Visitor, limit: Limit = 50, cursor: Cursor = None
) -> Page[Photo]:
    return share_links.list_shared_photos(services, visit, cursor, limit)


@router.post("/s/{token}/unlock", status_code=204, response_class=Response)
def unlock_shared_album(
    services: WiredServices, _caller: Caller, token: Token, asked: ShareUnlock
) -> Response:
    """Answer the gateway with a proof of the password, which it gives to the browser as a cookie."""
    unlocked = share_links.unlock(services, Visit(token, asked.password))
    headers = {PROOF_HEADER: unlocked.proof, PROOF_SECONDS_HEADER: str(unlocked.seconds)} if unlocked else {}
    return Response(status_code=204, headers=headers)
