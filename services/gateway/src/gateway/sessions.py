"""Identify the caller from a bearer token or the session cookie, and check the page's origin."""

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
# Tokens are 43 characters. Longer text than any future token is refused without asking photos.
TOKEN_LENGTH = 512


class Directory(Protocol):
    """The owner of sessions and API keys: the photos service."""

    async def identify(self, token: str) -> Identity | None:
        """Return the identity of a token, or None for an invalid one; raises `ServiceUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller and their credentials; `token` and `by` are None for an anonymous caller."""

    identity: Identity = ANONYMOUS
    token: str | None = None
    by: Literal["bearer", "cookie"] | None = None


@dataclass(frozen=True, slots=True)
class Sessions:
    """Resolve credentials and check the Origin header.

    Args:
        directory: resolves tokens.
        origins: additional origins that may use the cookie, such as `https://photos.example.org`.
        secure: whether browsers reach the site over https.
    """

    directory: Directory
    origins: frozenset[str]
    secure: bool

    async def caller(self, request: Request) -> Caller:
        """Return the caller of a request.

        An invalid bearer token is an error. A stale cookie is not, because browsers send it to public pages
        too. It isn't deleted either: that response could overtake the cookie of a login in progress.

        Raises:
            AuthenticationRequired: the bearer token is invalid, or the authorization has another scheme.
            BadOrigin: another site's page sent the cookie with a request that changes something.
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
        """Whether a token is still valid."""
        return await self._identify(token) is not None

    def require_own_origin(self, request: Request) -> None:
        """Raise `BadOrigin` unless the request names one of the site's origins."""
        if request.headers.get("origin") is None:
            raise BadOrigin(
                "Requests with the session cookie need an Origin header. Scripts use a bearer token instead."
            )
        self.refuse_foreign_origin(request)

    def refuse_foreign_origin(self, request: Request) -> None:
        """Raise `BadOrigin` if the request names another site. Scripts send no Origin and pass."""
        origin = request.headers.get("origin")
        if origin is not None and origin.lower() not in self.origins | {self.own_origin(request)}:
            raise BadOrigin(f"Requests from {origin[:200]} are not accepted.")

    def own_origin(self, request: Request) -> str:
        """Return the site's origin as the browser sees it."""
        scheme = "https" if self.secure else request.url.scheme
        return f"{scheme}://{request.headers.get('host', '').lower()}"

    async def _by_bearer(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        identity = await self._identify(token.strip()) if scheme.lower() == "bearer" else None
        if identity is None:
            raise AuthenticationRequired("The token is invalid or has expired. Sign in again.")
        return Caller(identity, token.strip(), "bearer")

    async def _identify(self, token: str) -> Identity | None:
        if not token or len(token) > TOKEN_LENGTH or not token.isascii():
            return None
        return await self.directory.identify(token)


def set_cookie(response: Response, login: LoginResponse, *, secure: bool) -> None:
    """Set the session cookie."""
    # Lax and not Strict: a link from another site opens signed in. The Origin check protects writes.
    response.set_cookie(
        COOKIE, login.access_token, max_age=login.expires_in, httponly=True, samesite="lax", secure=secure
    )


def clear_cookie(response: Response, *, secure: bool) -> None:
    """Clear the session cookie."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure)


def normal_origins(origins: Iterable[str]) -> frozenset[str]:
    """Return origins as browsers write them, in lower case without a path; raises `ValueError` for others."""
    found = set()
    for origin in origins:
        parts = urlsplit(origin.lower())
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
            raise ValueError(f"{origin!r} is not an origin; write scheme://host[:port]")
        found.add(f"{parts.scheme}://{parts.netloc}")
    return frozenset(found)
