"""The first data embedded in a page: the caller's, inert, never cached, and optional."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.support.gateway.fake_photos import TOKEN, FakePhotos
from tests.support.gateway.gateways import Site, gateway_over
from tests.support.gateway.web_build import INDEX

PAGE = {"Accept": "text/html"}
ID = "019ab1f0-0000-7000-8000-000000000009"
TITLE = "</script><script>alert(1)</script>"
SHOWN = {
    "id": ID,
    "title": TITLE,
    "width": 4000,
    "height": 3000,
    "urls": {"thumb": "/t?size=thumb&v=1", "preview": "/p?size=preview&v=1"},
}


@dataclass
class Photos(FakePhotos):
    """One photo, in the feed and by its id; nothing at all when `broken`."""

    broken: bool = False

    async def _route(self, request: Request) -> Response:
        if self.broken:
            return JSONResponse({}, 503)
        match request.url.path.removeprefix("/api/v1"):
            case "/photos":
                return JSONResponse({"items": [SHOWN], "next_cursor": None})
            case "/me":
                return JSONResponse({"username": "anna"})
            case path if path == f"/photos/{ID}":
                return JSONResponse(SHOWN)
        return JSONResponse({}, 404)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(INDEX)
    return tmp_path


@pytest.fixture
def drawn(folder: Path) -> Path:
    """A build that has the pages drawn ahead, too."""
    (folder / "first").mkdir()
    for name in ("feed", "feed-member", "photo", "photo-member"):
        (folder / "first" / f"{name}.html").write_text(f"<head></head><body><p>{name}.</p></body>")
    return folder


def site_over(photos: Photos, folder: Path) -> Site:
    return gateway_over(photos, web_dir=folder, first_page=True)


def answers_in(html: str) -> dict[str, object]:
    blocks = re.findall(r'<script type="application/json" data-answer="([^"]+)">(.*?)</script>', html)
    return {address.replace("&amp;", "&"): json.loads(body) for address, body in blocks}


def test_feed_page_embeds_its_photos(folder: Path) -> None:
    answer = site_over(Photos(), folder).get("/", headers=PAGE)
    assert answers_in(answer.text)["/api/v1/photos?limit=60"] == {"items": [SHOWN], "next_cursor": None}
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_embedded_text_cannot_end_the_data_block(folder: Path) -> None:
    html = site_over(Photos(), folder).get(f"/p/{ID}", headers=PAGE).text
    assert "alert(1)</script>" not in html
    found = answers_in(html)[f"/api/v1/photos/{ID}"]
    assert isinstance(found, dict)
    assert found["title"] == TITLE


def test_data_is_requested_as_the_caller(folder: Path) -> None:
    photos = Photos()
    html = site_over(photos, folder).get("/", headers={**PAGE, "Cookie": f"session={TOKEN}"}).text
    assert answers_in(html)["/api/v1/me"] == {"username": "anna"}
    assert {seen.identity.username for seen in photos.seen} == {"anna"}
    assert "/api/v1/me" not in answers_in(site_over(Photos(), folder).get("/", headers=PAGE).text)


@pytest.mark.parametrize("path", ["/", f"/p/{ID}", "/p/019ab1f0-0000-7000-8000-00000000000a", "/upload"])
def test_page_without_data_is_served_plain(folder: Path, path: str) -> None:
    answer = site_over(Photos(broken=True), folder).get(path, headers=PAGE)
    assert answer.status_code == 200
    assert "<p>App</p>" in answer.text
    assert "application/json" not in answer.text
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "cookie", "name"),
    [
        ("/", "", "<p>feed.</p>"),
        ("/", f"session={TOKEN}", "<p>feed-member.</p>"),
        (f"/p/{ID}", "", "<p>photo.</p>"),
        (f"/p/{ID}", f"session={TOKEN}", "<p>photo-member.</p>"),
        # Drawn ahead is the tab that people come to.
        ("/?show=popular", "", "<p>App</p>"),
    ],
)
def test_prerendered_page_matches_the_caller(drawn: Path, path: str, cookie: str, name: str) -> None:
    answer = site_over(Photos(), drawn).get(path, headers={**PAGE, "Cookie": cookie})
    assert name in answer.text
    assert answers_in(answer.text)


def test_prerendered_page_is_never_served_without_data(drawn: Path) -> None:
    assert "<p>App</p>" in site_over(Photos(broken=True), drawn).get("/", headers=PAGE).text
    assert "feed." not in site_over(Photos(), drawn).get("/first/feed.html", headers=PAGE).text
