"""HTTP for share links: created and revoked by the owner, opened by guests."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Response

from photos.albums import share_links
from photos.albums.share_links import Visit
from photos.kernel.http import AlbumId, Caller, PageParams, WiredServices, canonical_id
from vignette_shared.contracts.api import (
    NewShareLink,
    Page,
    Photo,
    SharedAlbum,
    ShareLink,
    ShareUnlock,
)
from vignette_shared.contracts.api.examples import EXAMPLES, SHARE_TOKEN
from vignette_shared.contracts.shares import PASSWORD_HEADER, PROOF_HEADER, PROOF_SECONDS_HEADER
from vignette_shared.errors import (
    Forbidden,
    LinkExpired,
    NotFound,
    PasswordRequired,
    TooManyLinks,
    WrongPassword,
)
from vignette_shared.http.operations import OperationRoute, operation, request_header

router = APIRouter(prefix="/api/v1", tags=["albums"], route_class=OperationRoute)
PASSWORD = request_header(
    PASSWORD_HEADER, "Password of the link, in UTF-8. Browsers use the cookie set by `unlock` instead."
)
LINK_ERRORS = (PasswordRequired, WrongPassword, NotFound, LinkExpired)
LinkId = Annotated[
    str,
    Path(description="ID of the share link.", examples=[EXAMPLES["ShareLink"]["id"]]),
    canonical_id("The album has no such share link."),
]
Token = Annotated[str, Path(description="Token of the share link.", examples=[SHARE_TOKEN])]


async def visit_of(
    token: Token,
    password: Annotated[str | None, Header(alias=PASSWORD_HEADER, include_in_schema=False)] = None,
    proof: Annotated[str | None, Header(alias=PROOF_HEADER, include_in_schema=False)] = None,
) -> Visit:
    return Visit(token, None if password is None else _in_utf8(password), proof)


def _in_utf8(header: str) -> str:
    """Return a header as UTF-8, where the client sent it so; servers decode headers as Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except ValueError:
        return header


Visitor = Annotated[Visit, Depends(visit_of)]


@router.post(
    "/albums/{album_id}/share-links",
    **operation(
        "write", status=201, returns="The new share link.", raises=(Forbidden, NotFound, TooManyLinks)
    ),
)
def create_share_link(
    services: WiredServices, caller: Caller, album_id: AlbumId, new_link: NewShareLink
) -> ShareLink:
    """Create a share link.

    Anyone with the link sees the album and all its photos, private ones included, without an account,
    until the link expires or is revoked.
    """
    return share_links.create_link(services, album_id, caller, new_link)


@router.get(
    "/albums/{album_id}/share-links",
    **operation("write", returns="All share links of the album.", raises=(Forbidden, NotFound)),
)
def list_share_links(services: WiredServices, caller: Caller, album_id: AlbumId) -> Page[ShareLink]:
    """List an album's share links.

    Newest first. Requires the scope `write`, because a link grants access to whoever has it.
    """
    return share_links.list_links(services, album_id, caller)


@router.delete(
    "/albums/{album_id}/share-links/{link_id}",
    **operation("write", status=204, raises=(Forbidden, NotFound)),
)
def delete_share_link(services: WiredServices, caller: Caller, album_id: AlbumId, link_id: LinkId) -> None:
    """Revoke a share link.

    The link stops working at once.
    """
    share_links.remove_link(services, album_id, link_id, caller)


@router.get(
    "/s/{token}",
    **operation("anyone", returns="The album.", parameters=[PASSWORD], raises=LINK_ERRORS),
)
def get_shared_album(services: WiredServices, visit: Visitor) -> SharedAlbum:
    """Retrieve a shared album."""
    return share_links.get_shared_album(services, visit)


@router.get(
    "/s/{token}/photos",
    **operation("anyone", returns="A page of photos.", parameters=[PASSWORD], raises=LINK_ERRORS),
)
def list_shared_photos(services: WiredServices, visit: Visitor, page: PageParams) -> Page[Photo]:
    """List the photos of a shared album.

    In the album's order. The file addresses work without an account for a few hours, and stop working
    with the link.
    """
    return share_links.list_shared_photos(services, visit, page.cursor, page.limit)


@router.post(
    "/s/{token}/unlock",
    **operation(
        "anyone",
        status=204,
        headers={"Set-Cookie": "`share`, HttpOnly, SameSite=Lax, for the addresses of this link."},
        raises=LINK_ERRORS,
    ),
)
def unlock_shared_album(services: WiredServices, token: Token, attempt: ShareUnlock) -> Response:
    """Unlock a shared album.

    Exchanges a link's password for a cookie.
    """
    unlocked = share_links.unlock(services, Visit(token, attempt.password))
    headers = {PROOF_HEADER: unlocked.proof, PROOF_SECONDS_HEADER: str(unlocked.seconds)} if unlocked else {}
    return Response(status_code=204, headers=headers)
