"""Admission: count a request, identify its caller and check that they may use the operation."""

from typing import Annotated

from fastapi import Depends, Request

from gateway.limits.rate_limits import address_key
from gateway.services import Services, wired
from gateway.sessions import Caller
from vignette_shared.errors import AuthenticationRequired
from vignette_shared.http.access import SAFE_METHODS, authorize
from vignette_shared.http.operations import RateClass, declaration_of


async def admit(request: Request) -> Caller:
    """Return the caller of the matched operation, who may be anonymous if the operation allows it.

    Raises:
        RateLimited: too many reads from one address, or changes by one user, in a minute.
        AuthenticationRequired, MissingScope, Forbidden: as `authorize`.
        BadOrigin: the session cookie, or a sign-in, comes from another site's page.
    """
    declaration, services = declaration_of(request), wired(request)
    if declaration.access == "open":
        services.sessions.refuse_foreign_origin(request)
        return Caller()
    caller = await _count(request, services, declaration.rate_of(request.method))
    authorize(caller.identity, declaration.access, request.method)
    return caller


async def _count(request: Request, services: Services, rate: RateClass) -> Caller:
    address = client_of(request)
    if request.method in SAFE_METHODS:
        # Reads are counted before the caller is identified: the cheapest refusal comes first.
        await services.rates.spend(rate, address)
        return await services.sessions.caller(request)
    try:
        caller = await services.sessions.caller(request)
    except AuthenticationRequired:
        # Guessed tokens have no user to count them by.
        await services.rates.spend("reads", address)
        raise
    if caller.identity.user_id is None:
        await services.rates.spend("reads", address)
    else:
        await services.rates.spend(rate, caller.identity.user_id)
    return caller


def client_of(request: Request) -> str:
    """Return the key that rate limits use for the client's address."""
    return address_key(request.client.host if request.client else None)


AdmittedCaller = Annotated[Caller, Depends(admit)]
