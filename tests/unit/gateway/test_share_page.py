"""The page behind a share link: complete without JavaScript, and escaped."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from tests.support.gateway.gateways import Site, gateway_over
from tests.support.gateway.web_build import INDEX

from vignette_shared.contracts.api.examples import SHARE_TOKEN, SHARED_ALBUM, SHARED_PHOTO
from vignette_shared.contracts.shares import PROOF_HEADER, PROOF_SECONDS_HEADER

ADDRESS = f"/s/{SHARE_TOKEN}"
NASTY = '</script><script>alert("1")</script> & "quotes"'


class Photos:
    """An album behind a link: open, or with a password, or whatever problem is set."""

    def __init__(self, title: str = "For grandma", password: str | None = None, problem: int = 0) -> None:
        self._title, self._password, self._problem = title, password, problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if self._problem:
            code = {404: "not_found", 410: "link_expired"}[self._problem]
            return _problem(self._problem, code)
        if request.method == "POST":
            if (await request.json())["password"] != self._password:
                return _problem(401, "wrong_password")
            return Response(status_code=204, headers={PROOF_HEADER: "proof", PROOF_SECONDS_HEADER: "60"})
        if self._password and request.headers.get(PROOF_HEADER) != "proof":
            return _problem(401, "password_required")
        if request.url.path.endswith("/photos"):
            urls = {size: f"/file?size={size}&share=x" for size in ("thumb", "preview", "original")}
            photo = SHARED_PHOTO | {"alt_text": NASTY, "urls": urls}
            return JSONResponse({"items": [photo], "next_cursor": "more"})
        return JSONResponse(SHARED_ALBUM | {"title": self._title})


def _problem(status: int, code: str) -> Response:
    body: dict[str, Any] = {"title": code, "status": status, "code": code, "detail": ""}
    return JSONResponse(body, status, media_type="application/problem+json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(INDEX)
    return tmp_path


def site_of(folder: Path, photos: Photos) -> Site:
    return gateway_over(photos, web_dir=folder)


def test_open_link_renders_the_whole_page(folder: Path) -> None:
    answer = site_of(folder, Photos()).get(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["cache-control"] == "no-store"
    page = answer.text
    assert "<title>For grandma · Vignette</title>" in page
    assert '<meta property="og:title" content="For grandma">' in page
    assert f'content="http://vignette.test{ADDRESS}"' in page
    assert '<img src="/file?size=thumb&amp;share=x"' in page
    assert "turn on JavaScript" in page, "there are more photos than it shows"
    assert "needs JavaScript to show" not in page
    data = re.findall(r'<script type="application/json" data-answer="([^"]+)">(.*?)</script>', page, re.S)
    assert [address for address, _ in data] == [f"/api/v1{ADDRESS}", f"/api/v1{ADDRESS}/photos?limit=60"]
    assert json.loads(data[0][1])["title"] == "For grandma"


def test_policy_allows_only_this_style_sheet(folder: Path) -> None:
    answer = site_of(folder, Photos()).get(ADDRESS)
    style = re.search(r"<style>(.*?)</style>", answer.text)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe" not in policy


def test_titles_and_texts_are_escaped(folder: Path) -> None:
    page = site_of(folder, Photos(title=NASTY)).get(ADDRESS).text
    assert "<script>alert" not in page
    assert 'alt="&lt;/script&gt;&lt;script&gt;alert(&#34;1&#34;)' in page


def test_password_form_sets_cookies(folder: Path) -> None:
    site = site_of(folder, Photos(title="Secret lake", password="by the lake"))
    locked = site.get(ADDRESS)
    assert locked.status_code == 401
    assert '<form method="post"' in locked.text
    assert "Secret lake" not in locked.text
    wrong = site.post(ADDRESS, data={"password": "by the sea"})
    assert (wrong.status_code, "Wrong password." in wrong.text) == (401, True)
    right = site.post(ADDRESS, data={"password": "by the lake"})
    assert (right.status_code, right.headers["location"]) == (303, ADDRESS)
    cookies = right.headers.get_list("set-cookie")
    assert [re.search("Path=([^;]+)", cookie)[1] for cookie in cookies] == [f"/api/v1{ADDRESS}", ADDRESS]  # type: ignore[index]
    opened = site.get(ADDRESS, headers={"Cookie": "share=proof"})
    assert (opened.status_code, "Secret lake" in opened.text) == (200, True)


def test_foreign_form_is_refused(folder: Path) -> None:
    site = site_of(folder, Photos(password="by the lake"))
    foreign = {"Origin": "https://elsewhere.example"}
    assert site.post(ADDRESS, data={"password": "by the lake"}, headers=foreign).status_code == 403


@pytest.mark.parametrize(("status", "text"), [(410, "This link has expired."), (404, "Page not found")])
def test_closed_link_explains_itself(folder: Path, status: int, text: str) -> None:
    answer = site_of(folder, Photos(problem=status)).get(ADDRESS)
    assert (answer.status_code, text in answer.text) == (status, True)


def test_malformed_token_is_not_forwarded(folder: Path) -> None:
    assert site_of(folder, Photos()).get("/s/..%2f..%2fme").status_code == 404
    assert site_of(folder, Photos()).get("/s/a%20b").status_code == 404
