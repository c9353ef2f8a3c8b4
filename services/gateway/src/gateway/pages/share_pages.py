"""`/s/{token}` for people: outside the API, and so outside its document."""

import re
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gateway.access.dependencies import AnyCaller, Parts, WithParts, from_here
from gateway.access.sessions import Caller
from gateway.middleware.compression import best_coding, compress
from gateway.pages.share_page import PHOTOS, SharePage, album_page, closed_page, locked_page
from gateway.pages.webapp import WebApp
from gateway.routes.sharing import COOKIE, attempt, keep_open
from vignette_shared.contracts.api import Page, Photo, SharedAlbum
from vignette_shared.contracts.shares import PROOF_HEADER
from vignette_shared.errors import (
    LinkExpired,
    NotFound,
    PasswordRequired,
    RateLimited,
    ServiceUnavailable,
    WrongPassword,
)

router = APIRouter(include_in_schema=False)

# As long as any that people choose, and no attack on what hashes it.
LONGEST_PASSWORD = 256
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")


@router.api_route("/s/{token}", methods=["GET", "HEAD"])
async def show_shared_album(request: Request, parts: WithParts, caller: AnyCaller, token: str) -> Response:
    if not TOKEN.fullmatch(token):
        return _answer(request, _gone(), 404)
    try:
        album = await _ask(request, parts, caller, token, "")
        if album.status_code != 200:
            return _answer(request, _refused(album, token), album.status_code)
        photos = await _ask(request, parts, caller, token, f"/photos?limit={PHOTOS}")
    except ServiceUnavailable:
        photos = None
    if photos is None or photos.status_code != 200:
        # The app says it, and tries again.
        web: WebApp = request.app.state.web
        return web.page(request)
    page = album_page(
        SharedAlbum.model_validate_json(album.content),
        Page[Photo].model_validate_json(photos.content),
        token,
        parts.sessions.own_origin(request),
    )
    return _answer(request, page, 200)


@router.post("/s/{token}", dependencies=[Depends(from_here)])
async def unlock_page(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    token: str,
    password: Annotated[str, Form(max_length=LONGEST_PASSWORD)] = "",
) -> Response:
    """Take the form of a browser without JavaScript, and send it back to the page, which is open then."""
    if not TOKEN.fullmatch(token):
        return _answer(request, _gone(), 404)
    body = {"password": password}
    try:
        answered = await attempt(
            request, parts, token, lambda: _ask(request, parts, caller, token, "/unlock", body)
        )
    except RateLimited:
        return _answer(request, locked_page(token, "Too many tries. Wait a minute, then try again."), 429)
    if answered.status_code == 422:
        return _answer(request, locked_page(token, "Enter the password."), 422)
    if answered.status_code != 204:
        return _answer(request, _refused(answered, token), answered.status_code)
    response = RedirectResponse(f"/s/{token}", 303)
    keep_open(response, answered.headers, token, secure=parts.sessions.secure)
    return response


async def _ask(
    request: Request, parts: Parts, caller: Caller, token: str, what: str, body: object = None
) -> httpx.Response:
    """Ask photos for what the API has at the link's address, with the visitor's proof."""
    proof = request.cookies.get(COOKIE)
    headers = [(PROOF_HEADER.encode(), proof.encode())] if proof and proof.isascii() else []
    target = f"/api/v1/s/{token}{what}"
    method = "GET" if body is None else "POST"
    return await parts.photos.ask(method, target, caller.identity, headers=headers, body=body)


def _refused(answer: httpx.Response, token: str) -> SharePage:
    code = answer.json().get("code")
    if code == WrongPassword.code:
        return locked_page(token, "Wrong password.")
    if code == PasswordRequired.code:
        return locked_page(token)
    if code == LinkExpired.code:
        return closed_page("Shared album", "This link has expired. Ask for a new one.")
    if code == NotFound.code:
        return _gone()
    return closed_page("Shared album", "The album can't be shown just now. Try again in a moment.")


def _gone() -> SharePage:
    return closed_page(
        "Page not found",
        "The address may be wrong, or the page was deleted or is private.",
        to_feed=True,
    )


def _answer(request: Request, page: SharePage, status: int) -> Response:
    web: WebApp = request.app.state.web
    if (index := web.index_html()) is None:
        return web.page(request)
    headers = {
        "Content-Security-Policy": page.policy,
        "X-Robots-Tag": "noindex",
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding, Cookie",
    }
    html = page.into(index).encode()
    if (coding := best_coding(request.headers.get("accept-encoding", ""))) is not None:
        headers["Content-Encoding"] = coding
        html = compress(html, coding)
    return HTMLResponse(html, status, headers)
