"""Requests that produce the statuses common to many operations."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from tests.contract.api.rules import RULES, Rule, Who
from tests.contract.api.world import World
from tests.support.contract.site import UNLIMITED, JointSite, NobodyThere

from vignette_shared.ids import new_id
from vignette_shared.settings import LimitSettings

Ask = Callable[[World, str], httpx.Response]
ELSEWHERE = {"Origin": "https://evil.example"}
LARGE = b"x" * 200_000
ONE = LimitSettings(
    uploads_per_minute=1,
    writes_per_minute=1,
    reads_per_minute=1,
    transfers_per_minute=1,
    logins_per_minute=1,
    logins_per_account=1,
    registrations_per_minute=1,
)


def ask(
    world: World,
    name: str,
    *,
    site: JointSite | None = None,
    who: str | None = None,
    visibility: str = "public",
    path: str | None = None,
    **changes: Any,
) -> httpx.Response:
    """Send the rule's valid request with `changes` to its options, then restore the world.

    Args:
        who: name of a token. Defaults to a caller who may send the request.
        path: replaces the rule's path.
    """
    rule = RULES[name]
    method = world.site.document.operations[name][0]
    options = rule.request(world, visibility) | changes
    options["headers"] = rule.request(world, visibility)["headers"] | changes.get("headers", {})
    token = world.tokens[who or _who_may(rule)]
    if "Cookie" not in options["headers"] and "Authorization" not in options["headers"]:
        options["token"] = token
    try:
        return (site or world.site).ask(method, world.named(path or rule.path, visibility), **options)
    finally:
        # HEAD on an upload may complete it.
        if method not in ("GET", "OPTIONS") and name != "head_photo_file":
            world.restore()


def _who_may(rule: Rule) -> str:
    if rule.who is Who.ADMINS:
        return "admin"
    return "other" if rule.own else "owner"


# --- alike for all --------------------------------------------------------------------------------


def as_it_should_be(world: World, name: str) -> httpx.Response:
    return ask(world, name)


def with_a_stale_token(world: World, name: str) -> httpx.Response:
    return ask(world, name, who="stale")


def without_right(world: World, name: str) -> httpx.Response:
    """Write from another site's page, or read with an API key without the scope `read`."""
    method = world.site.document.operations[name][0]
    if method in ("GET", "HEAD", "OPTIONS"):
        return ask(world, name, who="owner read" if RULES[name].who is Who.ADMINS else "owner write")
    return ask(world, name, headers={"Cookie": f"session={world.tokens['owner']}", **ELSEWHERE})


def of_nothing(world: World, name: str) -> httpx.Response:
    template = RULES[name].path
    for thing in world.things["public"]:
        template = template.replace(f"{{{thing}}}", new_id())
    return ask(world, name, path=template.replace("/leaver", "/nobody").replace("/owner", "/nobody"))


def with_an_unreadable_body(world: World, name: str) -> httpx.Response:
    broken: dict[str, Any] = {
        "json": None,
        "content": b'{"a": "\xff"}',
        "headers": {"Content-Type": "application/json"},
    }
    return ask(world, name, **broken)


def with_a_forged_cursor(world: World, name: str) -> httpx.Response:
    return ask(world, name, params={**RULES[name].options.get("params", {}), "cursor": "forged"})


def with_a_wrong_field(world: World, name: str) -> httpx.Response:
    _, _, operation = world.site.document.operations[name]
    if "requestBody" in operation:
        return ask(world, name, json={"no_such_field": 1})
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "limit":
            return ask(world, name, params={"limit": 0})
    return ask(world, name)


def too_large(world: World, name: str) -> httpx.Response:
    small = UNLIMITED.model_copy(update={"body_bytes": 1000, "upload_bytes": 1000})
    site = world.spare("small", lambda: world.builder.site(small))
    return ask(world, name, site=site, json=None, files=None, content=LARGE)


def too_slow(world: World, name: str) -> httpx.Response:
    form = "files" in RULES[name].options

    async def stalling() -> AsyncIterator[bytes]:
        yield b"--b\r\n" if form else b"{"
        await asyncio.sleep(20)

    impatient = UNLIMITED.model_copy(update={"body_idle_s": 0.05})
    site = world.spare("impatient", lambda: world.builder.site(impatient))
    headers = {"Content-Type": "multipart/form-data; boundary=b"} if form else {}
    return ask(world, name, site=site, json=None, files=None, content=stalling(), headers=headers)


def too_often(world: World, name: str) -> httpx.Response:
    site = world.spare("strict", lambda: world.builder.site(ONE))
    world.forget_counts()
    ask(world, name, site=site)
    return ask(world, name, site=site)


def while_photos_is_down(world: World, name: str) -> httpx.Response:
    site = world.spare("alone", lambda: world.builder.site(photos=NobodyThere()))
    return ask(world, name, site=site)


FOR_ALL: dict[int, Ask] = {
    401: with_a_stale_token,
    403: without_right,
    404: of_nothing,
    408: too_slow,
    413: too_large,
    422: with_a_wrong_field,
    429: too_often,
    503: while_photos_is_down,
}


def way_to(world: World, name: str, status: int) -> Ask | None:
    """Return the common request that brings the operation `name` to `status`."""
    if status == RULES[name].ok:
        return as_it_should_be
    if status == 400:
        parameters = world.site.document.operations[name][2].get("parameters", [])
        cursor = any(parameter["name"] == "cursor" for parameter in parameters)
        return with_a_forged_cursor if cursor else with_an_unreadable_body
    return FOR_ALL.get(status)
