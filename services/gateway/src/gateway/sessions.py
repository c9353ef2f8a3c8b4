"""Who is asking: a bearer token, else the session cookie; and whether the page that asks is ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from vignette_shared.contracts.api import LoginResponse
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.errors import AuthenticationRequired, BadOrigin
from vignette_shared.http.access import SAFE_METHODS

COOKIE = "session"
# Ours are 43 characters; what is longer than any future one is not worth a question to photos.
TOKEN_LENGTH = 512


class Directory(Protocol):
    """Who owns the sessions: the photos service."""

    async def identify(self, token: str) -> Identity | None:
        """Return the caller that a token stands for, or None; raises `ServiceUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """`token` and `by` say how the caller proved who they are; both None for an anonymous one."""

    identity: Identity = ANONYMOUS
    token: str | None = None
    by: Literal["bearer", "cookie"] | None = None


@dataclass(frozen=True, slots=True)
class Sessions:
    """Resolve a request's credentials and check its Origin.

    Args:
        directory: resolves tokens.
        origins: further origins that may use the cookie, such as `https://photos.example.org`.
        secure: whether browsers reach the site by https.
    """

    directory: Directory
    origins: frozenset[str]
    secure: bool

    async def caller(self, request: Request) -> Caller:
        """Return who asks.

        A bearer token must be good. A stale cookie is no error here, since a browser sends it to public pages
        too; nor is it deleted, because that answer could overtake the cookie of a login that is under way.

        Raises:
            AuthenticationRequired: an unknown or expired bearer token, or another kind of authorization.
            BadOrigin: the cookie came with a state-changing request of another site's page.
        """
        if (authorization := request.headers.get("authorization")) is not None:
            return await self._by_bearer(authorization)
        token = request.cookies.get(COOKIE)
        if not token:
            return Caller()
        if request.method not in SAFE_METHODS:
            self.require_own_origin(request)
        identity = await self._identify(token)
        return Caller(identity, token, "cookie") if identity else Caller()

    async def still_valid(self, token: str) -> bool:
        """Whether a token that was good is so still."""
        return await self._identify(token) is not None

    def require_own_origin(self, request: Request) -> None:
        """Raise `BadOrigin` unless the request names one of the site's own origins."""
        if request.headers.get("origin") is None:
            raise BadOrigin(
                "With the session cookie, an Origin header is needed; scripts use a bearer token."
            )
        self.refuse_foreign_origin(request)

    def refuse_foreign_origin(self, request: Request) -> None:
        """Raise `BadOrigin` when the request names another site; scripts, which name none, pass."""
        origin = request.headers.get("origin")
        if origin is not None and origin.lower() not in self.origins | {self.own_origin(request)}:
            raise BadOrigin(f"Requests from {origin[:200]} are not accepted here.")

    def own_origin(self, request: Request) -> str:
        """Return the site's origin as the request's browser names it."""
        scheme = "https" if self.secure else request.url.scheme
        return f"{scheme}://{request.headers.get('host', '').lower()}"

    async def _by_bearer(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        identity = await self._identify(token.strip()) if scheme.lower() == "bearer" else None
        if identity is None:
            raise AuthenticationRequired("The token is unknown or has expired; sign in again.")
        return Caller(identity, token.strip(), "bearer")

    async def _identify(self, token: str) -> Identity | None:
        if not token or len(token) > TOKEN_LENGTH or not token.isascii():
            return None
        return await self.directory.identify(token)


def set_cookie(response: Response, login: LoginResponse, *, secure: bool) -> None:
    """Give the browser the session."""
    response.set_cookie(
        COOKIE, login.access_token, max_age=login.expires_in, httponly=True, samesite="lax", secure=secure
    )


def clear_cookie(response: Response, *, secure: bool) -> None:
    """Take the session back from the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure)


def normal_origins(origins: Iterable[str]) -> frozenset[str]:
    """Return origins as browsers write them: lower case, no path; raises `ValueError` for others."""
    found = set()
    for origin in origins:
        parts = urlsplit(origin.lower())
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
            raise ValueError(f"{origin!r} is not an origin; write scheme://host[:port]")
        found.add(f"{parts.scheme}://{parts.netloc}")
    return frozenset(found)
