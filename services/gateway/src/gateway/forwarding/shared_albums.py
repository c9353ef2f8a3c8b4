"""Albums behind a share link: the proof cookie, and a limit on wrong passwords."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar
from weakref import WeakValueDictionary

import httpx
from starlette.requests import Request
from starlette.responses import Response

from gateway.admission import admit, client_of
from gateway.forwarding.relay import fetch, forward
from gateway.limits.rate_limits import account_key
from gateway.services import wired
from vignette_shared.contracts.shares import PASSWORD_HEADER, PROOF_HEADER, PROOF_SECONDS_HEADER
from vignette_shared.errors import WrongPassword

Answer = TypeVar("Answer", Response, httpx.Response)

COOKIE = "share"
# One attempt at a time per link and address: parallel ones would all pass before the first is counted.
_attempts: "WeakValueDictionary[str, asyncio.Lock]" = WeakValueDictionary()


async def visit(request: Request) -> Response:
    """Forward a guest with the proof from their cookie; a password in the header counts as an attempt."""
    caller, photos = await admit(request), wired(request).photos
    if PASSWORD_HEADER in request.headers:
        return await attempt(request, lambda: fetch(request, photos, caller))
    return await forward(request, photos, caller, proof_headers(request))


async def unlock(request: Request) -> Response:
    """Check a link's password and set its cookies."""
    services = wired(request)
    # No session cookie is needed here, so admission alone would accept another site's form.
    services.sessions.refuse_foreign_origin(request)
    caller = await admit(request)
    answer = await attempt(request, lambda: fetch(request, services.photos, caller))
    set_proof(answer, answer.headers, request.path_params["token"], secure=services.sessions.secure)
    for name in (PROOF_HEADER, PROOF_SECONDS_HEADER):
        if name in answer.headers:
            del answer.headers[name]
    return answer


async def attempt(request: Request, send: Callable[[], Awaitable[Answer]]) -> Answer:
    """Send a request that carries a password; wrong ones are counted by link and address.

    Raises:
        RateLimited: too many wrong passwords.
    """
    rates = wired(request).rates
    key = account_key(f"{request.path_params['token']} {client_of(request)}")
    async with _attempts.setdefault(key, asyncio.Lock()):
        # Right passwords are free, so that a family behind one address can open the same link.
        await rates.refuse_spent("account", key)
        answer = await send()
        if answer.status_code == WrongPassword.status:
            await rates.spend("account", key)
    return answer


def proof_headers(request: Request) -> list[tuple[bytes, bytes]]:
    """Return the proof of a password from the guest's cookie, as the header that photos reads."""
    proof = request.cookies.get(COOKIE)
    return [(PROOF_HEADER.encode(), proof.encode())] if proof and proof.isascii() else []


def set_proof(response: Response, headers: Mapping[str, str], token: str, *, secure: bool) -> None:
    """Turn the proof in the headers of photos into cookies for the link's page and its API paths alone."""
    proof, seconds = headers.get(PROOF_HEADER), headers.get(PROOF_SECONDS_HEADER)
    if proof is None or seconds is None:
        return
    for path in (f"/api/v1/s/{token}", f"/s/{token}"):
        response.set_cookie(
            COOKIE, proof, max_age=int(seconds), path=path, httponly=True, samesite="lax", secure=secure
        )
