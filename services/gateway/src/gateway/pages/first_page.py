"""The first data of a page, embedded in its HTML: the app draws without waiting for another request.

See docs/decisions/0025-first-page.md.
"""

import asyncio
import re
from dataclasses import dataclass

import httpx
from starlette.requests import Request

from gateway.admission import client_of
from gateway.pages.app_page import with_data
from gateway.pages.webapp import Pages
from gateway.services import Services
from gateway.sessions import Caller
from vignette_shared.errors import VignetteError
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

API = "/api/v1"
ME = f"{API}/me"
# Exactly as the app requests them: web/src/shared/api/embedded.ts looks them up by this text.
FEEDS = {"": f"{API}/photos?limit=60", "show=popular": f"{API}/photos?sort=liked&limit=60"}
PHOTO = re.compile(r"/p/([0-9a-f-]{36})")
TIMEOUT_S = 1.0
"""After this the page is sent without data, and the app requests it while it shows a placeholder."""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Embeds the answers that photos gives this caller, each under its address."""

    services: Services

    async def embed(self, request: Request, pages: Pages) -> bytes | None:
        """Return the page with its first data, prerendered where the build did so; None without data."""
        address = first_address(request.url.path, request.url.query)
        if address is None:
            return None
        try:
            async with asyncio.timeout(TIMEOUT_S):
                answers = await self._answers(request, address)
        except (VignetteError, TimeoutError, httpx.TransportError) as error:
            log.info("first_data_unavailable", reason=type(error).__name__)
            return None
        if not answers:
            return None
        return with_data(pages.get(_prerendered(request, member=ME in answers), pages[""]), answers)

    async def _answers(self, request: Request, address: str) -> dict[str, bytes]:
        await self.services.rates.spend("reads", client_of(request))
        caller = await self.services.sessions.caller(request)
        addresses = [address]
        if caller.identity.user_id is not None:
            addresses.append(ME)
        bodies = await asyncio.gather(*(self._get(each, caller) for each in addresses))
        return {each: body for each, body in zip(addresses, bodies, strict=True) if body is not None}

    async def _get(self, address: str, caller: Caller) -> bytes | None:
        answer = await self.services.photos.send("GET", address.encode(), [], None, caller.identity)
        try:
            body = await answer.aread()
        finally:
            await answer.aclose()
        return body if answer.status_code == 200 else None


def first_address(path: str, query: str) -> str | None:
    """Return the API address of the data that a page shows first; None for a page without such data."""
    if path == "/":
        return FEEDS.get(query)
    found = PHOTO.fullmatch(path)
    return f"{API}/photos/{found[1]}" if found else None


def _prerendered(request: Request, *, member: bool) -> str:
    """Return the name of the page prerendered for this address by web/src/app/first-page/prerender.tsx."""
    if request.url.query:
        return ""
    name = "feed" if request.url.path == "/" else "photo"
    return f"{name}-member" if member else name
