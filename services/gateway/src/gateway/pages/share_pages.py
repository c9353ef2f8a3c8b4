"""`/s/{token}` for browsers: outside the API and its document."""

import re
from typing import Annotated

import httpx
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gateway.admission import AdmittedCaller
from gateway.forwarding.shared_albums import attempt, proof_headers, set_proof
from gateway.middleware.compression import best_coding, compress
from gateway.pages.share_page import PHOTOS, SharePage, album_page, closed_page, locked_page
from gateway.pages.webapp import WebApp
from gateway.services import Services, WiredServices
from gateway.sessions import Caller
from vignette_shared.contracts.api import Page, Photo, SharedAlbum
from vignette_shared.errors import (
    LinkExpired,
    NotFound,
    PasswordRequired,
    RateLimited,
    ServiceUnavailable,
    WrongPassword,
)
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(include_in_schema=False, route_class=OperationRoute)

# Longer than any password that people choose, and too short to burden the hash.
LONGEST_PASSWORD = 256
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")


# HEAD too: messengers check a link before they fetch its preview.
@router.api_route("/s/{token}", methods=["GET", "HEAD"], **operation("anyone"))
async def show_shared_album(
    request: Request, services: WiredServices, caller: AdmittedCaller, token: str
) -> Response:
    if not TOKEN.fullmatch(token):
        return _answer(request, _gone(), 404)
    try:
        album = await _ask(request, services, caller, token, "")
        if album.status_code != 200:
            return _answer(request, _refused(album, token), album.status_code)
        photos = await _ask(request, services, caller, token, f"/photos?limit={PHOTOS}")
    except ServiceUnavailable:
        photos = None
    if photos is None or photos.status_code != 200:
        # The app shows the error and tries again.
        web: WebApp = request.app.state.web
        return web.page(request)
    page = album_page(
        SharedAlbum.model_validate_json(album.content),
        Page[Photo].model_validate_json(photos.content),
        token,
        services.sessions.own_origin(request),
    )
    return _answer(request, page, 200)


@router.post("/s/{token}", **operation("anyone"))
async def unlock_page(
    request: Request,
    services: WiredServices,
    caller: AdmittedCaller,
    token: str,
    password: Annotated[str, Form(max_length=LONGEST_PASSWORD)] = "",
) -> Response:
    """Check the password form of a browser without JavaScript and redirect to the page."""
    services.sessions.refuse_foreign_origin(request)
    if not TOKEN.fullmatch(token):
        return _answer(request, _gone(), 404)
    body = {"password": password}
    try:
        answered = await attempt(request, lambda: _ask(request, services, caller, token, "/unlock", body))
    except RateLimited:
        return _answer(request, locked_page(token, "Too many attempts. Wait a minute, then try again."), 429)
    if answered.status_code == 422:
        return _answer(request, locked_page(token, "Enter the password."), 422)
    if answered.status_code != 204:
        return _answer(request, _refused(answered, token), answered.status_code)
    response = RedirectResponse(f"/s/{token}", 303)
    set_proof(response, answered.headers, token, secure=services.sessions.secure)
    return response


async def _ask(
    request: Request, services: Services, caller: Caller, token: str, what: str, body: object = None
) -> httpx.Response:
    """Send a request to the link's address in the API, with the guest's proof."""
    target = f"/api/v1/s/{token}{what}"
    method = "GET" if body is None else "POST"
    return await services.photos.ask(
        method, target, caller.identity, headers=proof_headers(request), body=body
    )


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
    return closed_page("Shared album", "The album can't be shown right now. Try again in a moment.")


def _gone() -> SharePage:
    return closed_page(
        "Page not found",
        "The address may be wrong, or the page was deleted or is private.",
        to_feed=True,
    )


def _answer(request: Request, page: SharePage, status: int) -> Response:
    web: WebApp = request.app.state.web
    if (app_page := web.app_page()) is None:
        return web.page(request)
    headers = {
        "Content-Security-Policy": page.policy,
        # A link is a secret: search engines must not list it.
        "X-Robots-Tag": "noindex",
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding, Cookie",
    }
    html = page.into(app_page).encode()
    if (coding := best_coding(request.headers.get("accept-encoding", ""))) is not None:
        headers["Content-Encoding"] = coding
        html = compress(html, coding)
    return HTMLResponse(html, status, headers)
