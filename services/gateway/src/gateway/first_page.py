"""What a page of the app asks for first, put into its HTML: it paints without waiting for another answer."""

import asyncio
import json
import re
from dataclasses import dataclass
from html import escape
from typing import Any

import httpx
from starlette.requests import Request

from gateway.dependencies import Parts, client_of
from gateway.renditions import srcset
from gateway.sessions import Caller
from vignette_shared.errors import VignetteError
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

API = "/api/v1"
# As the app would ask for them: web/src/shared/api/embedded.ts looks them up by their text.
FEEDS = {"": f"{API}/photos?limit=60", "show=popular": f"{API}/photos?sort=liked&limit=60"}
PHOTO = re.compile(r"/p/([0-9a-f-]{36})")
PATIENCE_S = 1.0
"""Longer than this nobody waits for the page itself; the app asks by itself then, and shows what it does."""
PRELOADED = 2
# Height of a row of the feed by the window's width; as in the app.
ROWS = ((1440, 240), (768, 180), (0, 112))
HEAD_END, BODY_END = b"</head>", b"</body>"


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Embeds answers of photos as the caller would get them, each under the address it has."""

    parts: Parts

    async def embed(self, request: Request, html: bytes) -> bytes | None:
        """Return the page with its first data, or None when it has none or that can't be had now."""
        address = first_address(request.url.path, request.url.query)
        if address is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                answers = await self._answers(request, address)
        except (VignetteError, TimeoutError, httpx.TransportError) as error:
            log.info("first_page_left_out", reason=type(error).__name__)
            return None
        return fill(html, answers, of_photo=address.startswith(f"{API}/photos/"))

    async def _answers(self, request: Request, address: str) -> dict[str, bytes]:
        await self.parts.rates.spend("reads", client_of(request))
        caller = await self.parts.sessions.caller(request)
        addresses = [address]
        if caller.identity.user_id is not None:
            addresses.append(f"{API}/me")
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


def fill(html: bytes, answers: dict[str, bytes], *, of_photo: bool) -> bytes | None:
    """Return the page with each answer in a data block, and links that fetch its first pictures at once."""
    if not answers or HEAD_END not in html or BODY_END not in html:
        return None
    blocks = b"".join(
        # Data blocks are not run, so that the policy needs no exception; `<` could end one early.
        b'<script type="application/json" data-answer="%s">%s</script>'
        % (escape(address).encode(), body.replace(b"<", b"\\u003c"))
        for address, body in answers.items()
    )
    first = json.loads(next(iter(answers.values())))
    photos = [first] if of_photo else first.get("items", [])[:PRELOADED]
    links = "".join(preload(photo, of_photo=of_photo) for photo in photos)
    page = html.replace(HEAD_END, links.encode() + HEAD_END, 1)
    return page.replace(BODY_END, blocks + BODY_END, 1)


def preload(photo: dict[str, Any], *, of_photo: bool) -> str:
    """Return the link to a photo's picture in the size that the page will choose; empty while it has none."""
    thumb, preview = photo.get("urls", {}).get("thumb"), photo.get("urls", {}).get("preview")
    if not thumb or not preview:
        return ""
    if of_photo:
        return f'<link rel="preload" as="image" fetchpriority="high" href="{escape(preview)}">'
    width, height = photo["width"], photo["height"]
    widest = min(max(width / height, 0.5), 2.8)
    sizes = ", ".join(
        f"(min-width: {window}px) {row * widest:.0f}px" if window else f"{row * widest:.0f}px"
        for window, row in ROWS
    )
    sources = srcset(thumb, preview, width, height)
    return f'<link rel="preload" as="image" imagesrcset="{escape(sources)}" imagesizes="{sizes}">'
