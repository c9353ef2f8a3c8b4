"""The built web app, served from memory: only files that the build contained, by exact name."""

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from gateway.middleware.compression import best_coding, compress
from gateway.middleware.security_headers import PAGE_POLICY
from gateway.pages.app_page import BODY_END, AppPage, require_once
from vignette_shared.errors import NotFound

INDEX = "/index.html"
PRERENDERED = "first"
"""Folder of the prerendered pages, which are served with a caller's data in them and never without."""
IMMUTABLE = "public, max-age=31536000, immutable"
# Revalidated at each request, with 304 while it is unchanged: a new release shows at once.
REVALIDATED = "no-cache"
# Smaller files fit in one packet either way. Images and fonts are compressed already.
WORTH_COMPRESSING = 1024
COMPRESSED_TYPES = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
PRECOMPRESSED = (".br", ".gz")
NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Vignette: the web app is not built</title></head>
<body><h1>The web app is not built</h1>
<p>The API works; its docs are at <a href="/api/docs">/api/docs</a>. To build the pages, run
<code>make web</code> in the checkout and load this page again.</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file; `encoded` holds it by content coding, best first and `identity` last."""

    media_type: str
    etag: str
    cache_control: str
    encoded: dict[str, bytes]

    def respond(self, request: Request) -> Response:
        """Answer in the best coding that the client accepts, or with 304."""
        coding = next(name for name in self.encoded if _accepts(request, name))
        # Each coding has different bytes and needs a different strong ETag.
        etag = f'"{self.etag}-{coding}"'
        headers = {"ETag": etag, "Cache-Control": self.cache_control, "Vary": "Accept-Encoding"}
        # A worker uses the policy of its script, not that of the page that started it.
        if self.media_type in ("text/html", "text/javascript"):
            headers["Content-Security-Policy"] = PAGE_POLICY
        given = request.headers.get("if-none-match", "")
        if given == "*" or etag in [tag.strip().removeprefix("W/") for tag in given.split(",")]:
            return Response(status_code=304, headers=headers)
        if coding != "identity":
            headers["Content-Encoding"] = coding
        return Response(self.encoded[coding], media_type=self.media_type, headers=headers)


Pages = dict[str, bytes]
"""Prerendered pages by name; "" is the page for all other addresses."""
Embed = Callable[[Request, Pages], Awaitable[bytes | None]]


class WebApp:
    """ASGI app for every address that is not a route: an asset, a page of the app, or 404.

    Args:
        folder: the built app, with an `index.html`. Without it, a page says that the app isn't built.
        embed: puts the caller's first data into a page; returns None where there is none.
    """

    def __init__(self, folder: Path | None, embed: Embed | None = None) -> None:
        self._folder = folder
        self._embed = embed
        self._assets: dict[str, Asset] = {}
        self._pages: Pages = {}
        self._app_page: AppPage | None = None

    def load(self) -> None:
        """Read the folder and compress what the build did not; does nothing while the app isn't built.

        Raises:
            SettingsError: a page lacks a placeholder that the gateway fills.
        """
        if self._folder is None or not (self._folder / "index.html").is_file():
            return
        assets = load_assets(self._folder)
        index = assets[INDEX].encoded["identity"]
        self._app_page = AppPage(index.decode())
        self._pages = {"": index}
        for path in sorted((self._folder / PRERENDERED).glob("*.html")):
            require_once(BODY_END, path.read_text(), f"{PRERENDERED}/{path.name}")
            self._pages[path.stem] = path.read_bytes()
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._with_data(request) or self._respond(request)
        await response(scope, receive, send)

    async def _with_data(self, request: Request) -> Response | None:
        """Return a page with the caller's first data in it, which must not be cached."""
        self._load_once()
        if self._embed is None or not self._assets or request.method not in ("GET", "HEAD"):
            return None
        page = await self._embed(request, self._pages)
        if page is None:
            return None
        headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"}
        headers["Vary"] = "Accept-Encoding, Cookie"
        if (coding := best_coding(request.headers.get("accept-encoding", ""))) is not None:
            headers["Content-Encoding"] = coding
            page = compress(page, coding)
        return HTMLResponse(page, headers=headers)

    def _respond(self, request: Request) -> Response:
        path = request.url.path
        if path == "/api" or path.startswith("/api/") or request.method not in ("GET", "HEAD"):
            raise NotFound
        self._load_once()
        if (asset := self._assets.get(path)) is not None:
            return asset.respond(request)
        if path.startswith("/assets/") or "text/html" not in request.headers.get("accept", ""):
            raise NotFound
        return self.page(request)

    def page(self, request: Request) -> Response:
        """Answer with the app's page, or with one that says that the app isn't built."""
        self._load_once()
        if not self._assets:
            return HTMLResponse(NOT_BUILT, 503, {"Cache-Control": "no-store", "Retry-After": "30"})
        return self._assets[INDEX].respond(request)

    def app_page(self) -> AppPage | None:
        """Return the app's page to fill; None while the app isn't built."""
        self._load_once()
        return self._app_page

    def _load_once(self) -> None:
        # The app may be built after the start.
        if not self._assets:
            self.load()


def load_assets(folder: Path) -> dict[str, Asset]:
    """Return the files of a build by address, without hidden files and links that lead outside."""
    root = folder.resolve()
    found = {}
    for path in sorted(root.rglob("*")):
        inner = path.relative_to(root)
        hidden = any(part.startswith(".") for part in inner.parts) or inner.parts[0] == PRERENDERED
        outside = not path.resolve().is_relative_to(root)
        if path.is_file() and not hidden and not outside and path.suffix not in PRECOMPRESSED:
            found[f"/{inner.as_posix()}"] = _read(path, immutable=inner.parts[0] == "assets")
    found["/"] = found[INDEX]
    return found


def _read(path: Path, *, immutable: bool) -> Asset:
    data = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    encoded = {}
    if len(data) >= WORTH_COMPRESSING and media_type.startswith(COMPRESSED_TYPES):
        # Done once, at start: a high quality slows no request.
        encoded["br"] = _built(path, ".br") or brotli.compress(data, quality=9)
        encoded["gzip"] = _built(path, ".gz") or gzip.compress(data, mtime=0)
    return Asset(
        media_type=media_type,
        etag=hashlib.sha256(data).hexdigest()[:32],
        cache_control=IMMUTABLE if immutable else REVALIDATED,
        encoded={**encoded, "identity": data},
    )


def _built(path: Path, suffix: str) -> bytes | None:
    built = path.with_name(path.name + suffix)
    return built.read_bytes() if built.is_file() else None


def _accepts(request: Request, coding: str) -> bool:
    """Whether the client accepts a content coding."""
    if coding == "identity":
        return True
    for given in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = given.partition(";")
        if name.strip() == coding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
