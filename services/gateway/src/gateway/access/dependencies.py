"""What routes ask for: the wired parts, and a caller with the right to be here."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from gateway.access.sessions import SAFE_METHODS, Caller, Sessions
from gateway.events.event_streams import EventStreams
from gateway.forwarding.photos_client import PhotosClient
from gateway.health.metrics import Metrics
from gateway.health.readiness import ReadinessProbe
from gateway.limits.rate_limits import RateLimits, address_key, rate_of
from gateway.prediction.predictions import Predictions
from vignette_shared.contracts.identity import Scope
from vignette_shared.errors import AuthenticationRequired, Forbidden, MissingScope


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that routes work with, wired once by `bootstrap`."""

    photos: PhotosClient
    sessions: Sessions
    events: EventStreams
    predictions: Predictions
    readiness: ReadinessProbe
    metrics: Metrics
    rates: RateLimits
    upload_bytes: int

    async def aclose(self) -> None:
        """Let go of every connection."""
        await self.events.aclose()
        await self.predictions.aclose()
        await self.readiness.aclose()
        await self.rates.aclose()
        await self.photos.aclose()


async def parts_of(request: Request) -> Parts:
    """Return the app's wired parts; async, since FastAPI would look for a thread otherwise."""
    return cast(Parts, request.app.state.parts)


WithParts = Annotated[Parts, Depends(parts_of)]


async def anyone(request: Request, parts: WithParts) -> Caller:
    """Return the caller, who may be anonymous; their requests are counted here.

    Raises:
        RateLimited: reads of one address, or changes by one user, beyond the minute's limit.
        AuthenticationRequired, BadOrigin: as `Sessions.caller`.
    """
    address, rate = client_of(request), rate_of(request)
    if request.method in SAFE_METHODS:
        # Before anyone is asked who this is: the cheapest refusal first.
        await parts.rates.spend(rate, address)
        return await parts.sessions.caller(request)
    try:
        caller = await parts.sessions.caller(request)
    except AuthenticationRequired:
        await parts.rates.spend("reads", address)
        raise
    if caller.identity.user_id is None:
        await parts.rates.spend("reads", address)
    else:
        await parts.rates.spend(rate, caller.identity.user_id)
    return caller


def client_of(request: Request) -> str:
    """Name the client's address for counting; a proxy's only where its headers are trusted."""
    return address_key(request.client.host if request.client else None)


async def from_here(request: Request, parts: WithParts) -> None:
    """Refuse a form of another site's page; nothing is known of its caller yet."""
    parts.sessions.refuse_foreign_origin(request)


class SignedIn:
    """Dependency: a caller who has signed in, with `scope`.

    Raises:
        AuthenticationRequired: nobody.
        MissingScope: an API key without the scope.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def __call__(self, caller: Annotated[Caller, Depends(anyone)]) -> Caller:
        if caller.identity.user_id is None:
            raise AuthenticationRequired
        if self._scope not in caller.identity.scopes:
            raise MissingScope(f"This needs the scope `{self._scope}`.")
        return caller


async def any_reader(request: Request, caller: Annotated[Caller, Depends(anyone)]) -> Caller:
    """Return the caller, who may be anonymous; an API key that may not read sees not even what anyone may.

    Raises:
        MissingScope: reading with such a key: it would show its owner's own things, too.
    """
    signed_in = caller.identity.user_id is not None
    if signed_in and request.method in SAFE_METHODS and "read" not in caller.identity.scopes:
        raise MissingScope("This needs the scope `read`.")
    return caller


async def signed_in_by_password(caller: Annotated[Caller, Depends(anyone)]) -> Caller:
    """Return a caller who signed in: a leaked API key must not breed others.

    Raises:
        AuthenticationRequired: nobody.
        Forbidden: an API key.
    """
    if caller.identity.user_id is None:
        raise AuthenticationRequired
    if caller.identity.session_id is None:
        raise Forbidden("API keys can't manage passwords, keys or the account: sign in for that.")
    return caller


async def admin(caller: Annotated[Caller, Depends(anyone)]) -> Caller:
    """Return a caller who is an admin.

    Raises:
        AuthenticationRequired: nobody.
        Forbidden: someone else.
        MissingScope: an API key without the scope `admin`.
    """
    if caller.identity.user_id is None:
        raise AuthenticationRequired
    if caller.identity.role != "admin":
        raise Forbidden("This is for the site's admins.")
    if not caller.identity.is_admin:
        raise MissingScope("This needs the scope `admin`.")
    return caller


AnyCaller = Annotated[Caller, Depends(any_reader)]
Reader = Annotated[Caller, Depends(SignedIn("read"))]
Writer = Annotated[Caller, Depends(SignedIn("write"))]
SessionHolder = Annotated[Caller, Depends(signed_in_by_password)]
Admin = Annotated[Caller, Depends(admin)]
