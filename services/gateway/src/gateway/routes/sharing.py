"""Links to albums: the owner's, and what whoever has one finds behind it, without an account."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, TypeVar
from weakref import WeakValueDictionary

import httpx
from fastapi import APIRouter, Body, Depends, Path, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, Parts, WithParts, Writer, client_of, from_here
from gateway.access.sessions import Caller
from gateway.documentation.overview import (
    FOR_ANYONE,
    FOR_MEMBERS,
    PHOTO,
    answer,
    changing,
    for_members,
    forwarded,
    with_body,
)
from gateway.forwarding.relay import fetch, forward
from gateway.limits.rate_limits import account_key
from gateway.routes.albums import ALBUM, AlbumId
from gateway.routes.paging import Cursor, Limit
from vignette_shared.contracts.api import (
    NewShareLink,
    Page,
    Photo,
    SharedAlbum,
    ShareLink,
    ShareUnlock,
)
from vignette_shared.contracts.shares import PROOF_HEADER, PROOF_SECONDS_HEADER
from vignette_shared.errors import (
    AuthenticationRequired,
    BadCursor,
    BadOrigin,
    BadRequest,
    Forbidden,
    LinkExpired,
    NotFound,
    PasswordRequired,
    TooManyLinks,
    ValidationFailed,
    WrongPassword,
)

router = APIRouter()

Answered = TypeVar("Answered", Response, httpx.Response)

COOKIE = "share"
PASSWORD_HEADER = "X-Share-Password"  # noqa: S105 - the header's name
TOKEN = "AZqx8JoAfRGMfmodLDtOX6kq0N3J1b7e4cT2mVwLz0A"  # noqa: S105 - an example
LINK = {
    "id": "019ab1f0-9b00-7a22-9d33-1f2e3d4c5b6a",
    "token": TOKEN,
    "url": f"/s/{TOKEN}",
    "expires_at": "2026-06-01T00:00:00Z",
    "has_password": True,
    "created_at": "2026-05-04T08:00:00Z",
}
NEW_LINK = {"expires_at": "2026-06-01T00:00:00Z", "password": "by the lake"}
SHARED_PHOTO = PHOTO | {
    "urls": {
        "thumb": f"/api/v1/photos/{PHOTO['id']}/file?size=thumb&share=…",
        "preview": None,
        "original": None,
    }
}
SHARED = {key: value for key, value in ALBUM.items() if key != "visibility"} | {
    "cover": SHARED_PHOTO,
    "expires_at": "2026-06-01T00:00:00Z",
}
LinkId = Annotated[str, Path(description="UUID of the link", examples=[LINK["id"]])]
Token = Annotated[str, Path(description="token of the link", examples=[TOKEN])]
PASSWORD: dict[str, Any] = {
    "name": PASSWORD_HEADER,
    "in": "header",
    "required": False,
    "description": "the link's password in UTF-8; browsers send the cookie of `unlock` instead",
    "schema": {"type": "string"},
}
BEHIND_A_LINK = (AuthenticationRequired, PasswordRequired, WrongPassword, NotFound, LinkExpired)

# One attempt at a time for each link and address: many at once would all pass before the first is counted.
_attempts: "WeakValueDictionary[str, asyncio.Lock]" = WeakValueDictionary()


@router.post(
    "/albums/{album_id}/share-links",
    operation_id="create_share_link",
    summary="Make a link that opens an album without an account",
    description="It shows the album's private photos too, until it expires or is revoked.",
    status_code=201,
    response_model=ShareLink,
    responses={
        201: answer("The link", LINK),
        **changing(*with_body(Forbidden, NotFound, TooManyLinks, BadRequest, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def create_share_link(
    request: Request,
    parts: WithParts,
    caller: Writer,
    album_id: AlbumId,
    body: Annotated[NewShareLink, Body(examples=[NEW_LINK])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/albums/{album_id}/share-links",
    operation_id="list_share_links",
    summary="The links to one's album, newest first",
    description="Needs the scope `write`: whoever has a link can pass it on.",
    response_model=Page[ShareLink],
    responses={
        200: answer("All of them", {"items": [LINK], "next_cursor": None}),
        **for_members(Forbidden, NotFound),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def list_share_links(request: Request, parts: WithParts, caller: Writer, album_id: AlbumId) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/albums/{album_id}/share-links/{link_id}",
    operation_id="delete_share_link",
    summary="Revoke a link: it opens nothing from now on",
    status_code=204,
    response_class=Response,
    responses={204: answer("Done"), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["albums"],
)
async def delete_share_link(
    request: Request, parts: WithParts, caller: Writer, album_id: AlbumId, link_id: LinkId
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/s/{token}",
    operation_id="get_shared_album",
    summary="The album behind a link",
    response_model=SharedAlbum,
    responses={200: answer("The album", SHARED), **forwarded(*BEHIND_A_LINK)},
    openapi_extra={**FOR_ANYONE, "parameters": [PASSWORD]},
    tags=["albums"],
)
async def get_shared_album(request: Request, parts: WithParts, caller: AnyCaller, token: Token) -> Response:
    return await _visit(request, parts, caller, token)


@router.get(
    "/s/{token}/photos",
    operation_id="list_shared_photos",
    summary="The photos behind a link, in the album's order",
    description="Their file addresses work without signing in, for some hours, and end with the link.",
    response_model=Page[Photo],
    responses={
        200: answer("A page of photos", {"items": [SHARED_PHOTO], "next_cursor": None}),
        **forwarded(*BEHIND_A_LINK, BadCursor, ValidationFailed),
    },
    openapi_extra={**FOR_ANYONE, "parameters": [PASSWORD]},
    tags=["albums"],
)
async def list_shared_photos(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    token: Token,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await _visit(request, parts, caller, token)


@router.post(
    "/s/{token}/unlock",
    operation_id="unlock_shared_album",
    summary="Give a link's password once, for a cookie",
    status_code=204,
    response_class=Response,
    responses={
        204: answer("It is open", Set_Cookie="`share`, HttpOnly, SameSite=Lax, for this link's addresses"),
        **forwarded(*with_body(*BEHIND_A_LINK, BadOrigin, BadRequest, ValidationFailed)),
    },
    openapi_extra=FOR_ANYONE,
    dependencies=[Depends(from_here)],
    tags=["albums"],
)
async def unlock_shared_album(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    token: Token,
    body: Annotated[ShareUnlock, Body(examples=[{"password": "by the lake"}])],
) -> Response:
    answered = await attempt(request, parts, token, lambda: fetch(request, parts.photos, caller))
    keep_open(answered, answered.headers, token, secure=parts.sessions.secure)
    for name in (PROOF_HEADER, PROOF_SECONDS_HEADER):
        if name in answered.headers:
            del answered.headers[name]
    return answered


def keep_open(response: Response, answered: Mapping[str, str], token: str, *, secure: bool) -> None:
    """Turn the proof that photos answered with into cookies, for the link's page and its API alone."""
    proof, seconds = answered.get(PROOF_HEADER), answered.get(PROOF_SECONDS_HEADER)
    if proof is None or seconds is None:
        return
    for path in (f"/api/v1/s/{token}", f"/s/{token}"):
        response.set_cookie(
            COOKIE, proof, max_age=int(seconds), path=path, httponly=True, samesite="lax", secure=secure
        )


async def _visit(request: Request, parts: Parts, caller: Caller, token: str) -> Response:
    """Pass a visitor on, with the proof from their cookie; a password in the header is an attempt."""
    if PASSWORD_HEADER in request.headers:
        return await attempt(request, parts, token, lambda: fetch(request, parts.photos, caller))
    proof = request.cookies.get(COOKIE)
    extra = [(PROOF_HEADER.encode(), proof.encode())] if proof and proof.isascii() else []
    return await forward(request, parts.photos, caller, extra)


async def attempt(
    request: Request, parts: Parts, token: str, ask: Callable[[], Awaitable[Answered]]
) -> Answered:
    """Try a password by `ask`; wrong ones are counted, by link and address.

    Raises:
        RateLimited: too many wrong ones.
    """
    whom = account_key(f"{token} {client_of(request)}")
    lock = _attempts.setdefault(whom, asyncio.Lock())
    async with lock:
        await parts.rates.refuse_spent("account", whom)
        answered = await ask()
        if answered.status_code == WrongPassword.status:
            await parts.rates.spend("account", whom)
    return answered
