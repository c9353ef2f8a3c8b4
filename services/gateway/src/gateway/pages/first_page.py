"""What a page of the app asks for first, put into its HTML: it paints without waiting for another answer."""

import asyncio
import re
from dataclasses import dataclass
from html import escape

import httpx
from starlette.requests import Request

from gateway.access.dependencies import Parts, client_of
from gateway.access.sessions import Caller
from gateway.pages.webapp import Pages
from vignette_shared.errors import VignetteError
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

API = "/api/v1"
ME = f"{API}/me"
# As the app would ask for them: web/src/shared/api/embedded.ts looks them up by their text.
FEEDS = {"": f"{API}/photos?limit=60", "show=popular": f"{API}/photos?sort=liked&limit=60"}
PHOTO = re.compile(r"/p/([0-9a-f-]{36})")
PATIENCE_S = 1.0
"""Longer than this nobody waits for the page itself; the app asks by itself then, and shows what it does."""
BODY_END = b"</body>"


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Embeds answers of photos as the caller would get them, each under the address it has."""

    parts: Parts

    async def embed(self, request: Request, pages: Pages) -> bytes | None:
        """Return the page, drawn ahead where it is, with its first data; None when that can't be had now."""
        address = first_address(request.url.path, request.url.query)
        if address is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                answers = await self._answers(request, address)
        except (VignetteError, TimeoutError, httpx.TransportError) as error:
            log.info("first_page_left_out", reason=type(error).__name__)
            return None
        return fill(pages.get(_drawn(request, member=ME in answers), pages[""]), answers)

    async def _answers(self, request: Request, address: str) -> dict[str, bytes]:
        await self.parts.rates.spend("reads", client_of(request))
        caller = await self.parts.sessions.caller(request)
        addresses = [address]
        if caller.identity.user_id is not None:
            addresses.append(ME)
        bodies = await asyncio.gather(*(self._get(one, caller) for one in addresses))
        return {one: body for one, body in zip(addresses, bodies, strict=True) if body is not None}

    async def _get(self, address: str, caller: Caller) -> bytes | None:
        answer = await self.parts.photos.send("GET", address.encode(), [], None, caller.identity)
        try:
            body = await answer.aread()
        finally:
            await answer.aclose()
        return body if answer.status_code == 200 else None


def first_address(path: str, query: str) -> str | None:
    """Return the API's address of what a page shows first; None for one that shows nothing of its own."""
    if path == "/":
        return FEEDS.get(query)
    found = PHOTO.fullmatch(path)
    return f"{API}/photos/{found[1]}" if found else None


def fill(html: bytes, answers: dict[str, bytes]) -> bytes | None:
    """Return the page with each answer in a data block."""
    if not answers or BODY_END not in html:
        return None
    blocks = b"".join(
        # Data blocks are not run, so that the policy needs no exception; `<` could end one early.
        b'<script type="application/json" data-answer="%s">%s</script>'
        % (escape(address).encode(), body.replace(b"<", b"\\u003c"))
        for address, body in answers.items()
    )
    return html.replace(BODY_END, blocks + BODY_END, 1)


def _drawn(request: Request, *, member: bool) -> str:
    """Name the page that was drawn ahead for this address (web/src/app/first-page/prerender.tsx)."""
    if request.url.query:
        return ""
    name = "feed" if request.url.path == "/" else "photo"
    return f"{name}-member" if member else name
