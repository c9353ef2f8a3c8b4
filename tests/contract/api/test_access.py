"""Access: every operation by every kind of caller, against the rules."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.contract.api.rules import RULES, Rule, Who
from tests.contract.api.world import Visibility, World
from tests.support.contract.document import Document
from tests.support.contract.site import ORIGIN

from vignette_shared.contracts.identity import Scope

DOCUMENT = Document()
SAFE = ("GET", "HEAD", "OPTIONS")
ELSEWHERE = "https://evil.example"
UNSEEN = (Who.OWNER_UNSEEN, Who.OWNER_UNSEEN_BY_PASSWORD)
OWNED = (Who.SEERS, Who.SEERS_SIGNED_IN, Who.OWNER, Who.OWNER_OR_ADMIN, *UNSEEN)
BY_PASSWORD = (Who.SESSIONS, Who.OWNER_UNSEEN_BY_PASSWORD)
# What needs no scope, since it concerns nothing but the credentials themselves.
WITHOUT_SCOPE = (Who.MEMBERS, Who.ADMINS, *BY_PASSWORD)
READ: tuple[Scope, ...] = ("read",)
WRITE: tuple[Scope, ...] = ("write",)
MEMBER: tuple[Scope, ...] = ("read", "write")
ALL: tuple[Scope, ...] = ("read", "write", "admin")


@dataclass(frozen=True)
class Caller:
    """`token` names one of the world's; a cookie comes with the `origin` of a page, or with none."""

    name: str
    token: str | None = None
    scopes: tuple[Scope, ...] = ()
    by: str = "bearer"
    origin: str | None = None
    key: bool = False

    @property
    def person(self) -> str | None:
        return self.token.partition(" ")[0] if self.token else None

    def headers(self, world: World) -> dict[str, str]:
        if self.token is None:
            return {}
        token = world.tokens[self.token]
        if self.by == "bearer":
            return {"Authorization": f"Bearer {token}"}
        origin = {"Origin": self.origin} if self.origin else {}
        return {"Cookie": f"session={token}", **origin}


CALLERS = (
    Caller("nobody"),
    Caller("stale token", "stale"),
    Caller("owner", "owner", MEMBER),
    Caller("owner by cookie", "owner", MEMBER, by="cookie", origin=ORIGIN),
    Caller("owner by cookie without Origin", "owner", MEMBER, by="cookie"),
    Caller("owner by cookie from elsewhere", "owner", MEMBER, by="cookie", origin=ELSEWHERE),
    Caller("owner's reading key", "owner read", READ, key=True),
    Caller("owner's writing key", "owner write", WRITE, key=True),
    Caller("other", "other", MEMBER),
    Caller("suspended", "suspended"),
    Caller("admin", "admin", ALL),
    Caller("admin's plain key", "admin read write", MEMBER, key=True),
    Caller("admin's full key", "admin read write admin", ALL, key=True),
)


def expected(rule: Rule, method: str, caller: Caller, visibility: Visibility) -> int:
    """Return the one status that the rule wants; the order is the one in which the site looks."""
    changing = method not in SAFE
    if rule.who is Who.ANYONE_UNASKED:
        return 403 if changing and caller.origin == ELSEWHERE else rule.ok
    if caller.token in ("stale", "suspended"):
        return 401
    if caller.by == "cookie" and changing and caller.origin != ORIGIN:
        return 403
    if caller.person is None:
        return _for_nobody(rule, visibility)
    return 403 if _lacks_right(rule, caller, changing=changing) else _for_person(rule, caller, visibility)


def _for_nobody(rule: Rule, visibility: Visibility) -> int:
    if rule.who is Who.ANYONE or (rule.who is Who.SEERS and visibility == "public"):
        return rule.ok
    return 404 if rule.who is Who.SEERS else 401


def _lacks_right(rule: Rule, caller: Caller, *, changing: bool) -> bool:
    """Whether the credentials are not enough, whatever it is about; reading needs a key that may read."""
    needed = rule.scope or (None if changing or rule.who in WITHOUT_SCOPE else "read")
    return (
        (needed is not None and needed not in caller.scopes)
        or (rule.who in BY_PASSWORD and caller.key)
        or (rule.who is Who.ADMINS and "admin" not in caller.scopes)
    )


def _for_person(rule: Rule, caller: Caller, visibility: Visibility) -> int:
    if caller.person == "owner":
        return rule.own or rule.ok
    if rule.who not in OWNED:
        return (rule.admin if caller.person == "admin" else None) or rule.ok
    if visibility == "private" or rule.who in UNSEEN:
        return 404
    allowed = rule.who is not Who.OWNER if rule.who is not Who.OWNER_OR_ADMIN else "admin" in caller.scopes
    return rule.ok if allowed else 403


def cases() -> Iterator[tuple[str, Visibility]]:
    for name in DOCUMENT.operations:
        yield name, "public"
        if name in RULES and RULES[name].who in OWNED:
            yield name, "private"


def test_rules_match_operations() -> None:
    assert set(RULES) == set(DOCUMENT.operations)


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_every_operation_follows_its_rule(world: World, caller: Caller) -> None:
    """One test a caller, so that a restart of the world costs once; what differs is listed together."""
    wrong = []
    for name, visibility in cases():
        if name not in RULES:
            continue
        rule, (method, _, _) = RULES[name], DOCUMENT.operations[name]
        options = rule.request(world, visibility)
        options["headers"] |= caller.headers(world)
        wanted = expected(rule, method, caller, visibility)
        if name == "stream_events" and wanted == 200:
            # It does not end while its session lasts; the event streams' own tests open some.
            continue
        got = world.site.ask(method, world.named(rule.path, visibility), **options).status_code
        if got != wanted:
            wrong.append(f"{method} {name} ({visibility}): {got}, not {wanted}")
        if method not in SAFE and got < 400:
            world.restore()
    assert not wrong, "\n".join(wrong)
