"""Share links through the gateway: cookie, password attempts, files without an account, HEAD."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.contract.api.world import World
from tests.support.contract.site import UNLIMITED, JointSite

from gateway.app import API
from vignette_shared.contracts.shares import PROOF_HEADER

FEW = UNLIMITED.model_copy(update={"logins_per_account": 3})
PASSWORD = "by the lake"


@pytest.fixture
def locked(world: World) -> str:
    """Token of a private album's link that has a password."""
    return world.things["private"]["locked"]


@pytest.fixture
def few(world: World) -> JointSite:
    """A gateway that lets nobody try more than three wrong passwords a minute."""
    world.forget_counts()
    return world.spare("few passwords", lambda: world.builder.site(FEW))


def test_unlock_cookie_opens_the_link(world: World, locked: str) -> None:
    site = world.site
    assert site.ask("GET", f"/s/{locked}").json()["code"] == "password_required"
    unlocked = site.ask("POST", f"/s/{locked}/unlock", json={"password": PASSWORD})
    assert (unlocked.status_code, unlocked.content) == (204, b"")
    assert PROOF_HEADER not in unlocked.headers
    cookie = unlocked.headers["set-cookie"]
    assert f"Path={API}/s/{locked};" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert PASSWORD not in cookie
    kept = {"Cookie": cookie.partition(";")[0]}
    for path in ("", "/photos"):
        assert site.ask("GET", f"/s/{locked}{path}", headers=kept).status_code == 200
    other = world.things["public"]["locked"]
    assert site.ask("GET", f"/s/{other}", headers=kept).json()["code"] == "password_required"
    forged = {"Cookie": "share=" + kept["Cookie"].partition("=")[2][::-1]}
    assert site.ask("GET", f"/s/{locked}", headers=forged).json()["code"] == "password_required"


def test_unlock_refuses_foreign_origin(world: World, locked: str) -> None:
    answer = world.site.ask(
        "POST",
        f"/s/{locked}/unlock",
        json={"password": PASSWORD},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.json()["code"] == "bad_origin"


@pytest.mark.parametrize(
    "attempt",
    [
        lambda site, token, word: site.ask("POST", f"/s/{token}/unlock", json={"password": word}),
        lambda site, token, word: site.ask("GET", f"/s/{token}", headers={"X-Share-Password": word}),
    ],
    ids=["unlock", "header"],
)
def test_wrong_passwords_are_limited(
    world: World, few: JointSite, locked: str, attempt: Callable[[JointSite, str, str], httpx.Response]
) -> None:
    def status(word: str) -> int:
        return attempt(few, locked, word).status_code

    assert [status(PASSWORD) for _ in range(5)] in ([204] * 5, [200] * 5), "the right one may be given often"
    assert [status(f"guess {number}") for number in range(4)] == [401, 401, 401, 429]
    assert status(PASSWORD) == 429
    elsewhere = few.ask("GET", f"/s/{locked}", headers={"X-Share-Password": PASSWORD}, peer="192.0.2.7")
    assert elsewhere.status_code == 200, "who guesses locks out nobody else"


def test_shared_files_need_no_account(world: World) -> None:
    token, private = world.things["private"]["share"], world.things["private"]["photo"]
    photo = world.site.ask("GET", f"/s/{token}/photos").json()["items"][0]
    assert photo["id"] == private
    assert world.site.ask("GET", f"/photos/{private}/file?size=thumb").status_code == 404
    for method in ("GET", "HEAD"):
        answer = world.site.ask(method, photo["urls"]["thumb"])
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, no-cache"
    world.make(
        "DELETE", f"/albums/{world.things['private']['album']}/share-links/{world.things['private']['link']}"
    )
    assert world.site.ask("GET", photo["urls"]["thumb"]).status_code == 404
    world.restore()


def test_head_matches_get_without_the_bytes(world: World) -> None:
    path = f"/photos/{world.things['public']['photo']}/file?size=preview"
    got, head = world.site.ask("GET", path), world.site.ask("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "accept-ranges", "cache-control"):
        assert head.headers[name] == got.headers[name], name
    known = world.site.ask("HEAD", path, headers={"If-None-Match": got.headers["etag"]})
    assert known.status_code == 304


def test_stale_if_match_returns_412(world: World) -> None:
    photo, token = world.things["public"]["photo"], world.tokens["owner"]
    etag = world.site.ask("GET", f"/photos/{photo}", token=token).headers["etag"]
    guarded = {"If-Match": etag}
    change: dict[str, Any] = {"json": {"title": "Changed"}, "headers": guarded, "token": token}
    assert world.site.ask("PATCH", f"/photos/{photo}", **change).status_code == 200
    assert world.site.ask("PATCH", f"/photos/{photo}", **change).json()["code"] == "stale"
    known = world.site.ask("GET", f"/photos/{photo}", token=token, headers={"If-None-Match": "*"})
    assert (known.status_code, known.content) == (304, b"")
    world.restore()
