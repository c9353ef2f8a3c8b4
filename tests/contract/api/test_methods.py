"""Unknown addresses and methods, HEAD, and compression."""

import pytest
from tests.contract.api.common_requests import ask
from tests.contract.api.rules import RULES, Who
from tests.contract.api.world import World
from tests.support.contract.document import Document
from tests.support.problems import problem

DOCUMENT = Document()
HEADABLE = sorted(
    name
    for name in RULES.keys() & DOCUMENT.operations.keys() - {"stream_events"}
    if DOCUMENT.operations[name][0] == "GET"
)


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/photos/", "/photos/1/2/3", "/../internal/v1/identity", "/admin", "/s/", "/photos//file"],
)
def test_unknown_address_is_a_problem(world: World, path: str) -> None:
    assert problem(world.site.ask("GET", path, token=world.tokens["admin"])) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/photos", "GET, HEAD, POST"),
        ("POST", "/photos/1", "DELETE, GET, HEAD, PATCH"),
        ("GET", "/auth/login", "POST"),
        ("HEAD", "/events", "GET"),
        ("DELETE", "/tags", "GET, HEAD"),
        ("TRACE", "/me", "DELETE, GET, HEAD, PATCH"),
    ],
)
def test_405_lists_the_allowed_methods(world: World, method: str, path: str, allowed: str) -> None:
    answer = world.site.ask(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    if method != "HEAD":
        assert problem(answer) == (405, "method_not_allowed")


@pytest.mark.parametrize("name", HEADABLE)
def test_head_matches_get(world: World, name: str) -> None:
    rule = RULES[name]
    who = "admin" if rule.who is Who.ADMINS else "owner"
    got = ask(world, name)
    head = world.site.ask(
        "HEAD", world.named(rule.path), token=world.tokens[who], **rule.request(world, "public")
    )
    assert (head.status_code, head.headers["content-type"]) == (got.status_code, got.headers["content-type"])


def test_lists_are_compressed_and_photos_with_etag_are_not(world: World) -> None:
    taken = {"Accept-Encoding": "br"}
    page = world.site.ask("GET", "/photos", headers=taken)
    assert (page.headers["content-encoding"], page.headers["vary"]) == ("br", "Accept-Encoding")
    one = ask(world, "get_photo", headers=taken)
    assert "content-encoding" not in one.headers
    assert one.headers["etag"].startswith('"')
    picture = ask(world, "get_photo_file", headers=taken)
    assert "content-encoding" not in picture.headers
