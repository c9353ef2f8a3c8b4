"""Sign-in and accounts: the cookies and rate limits that the gateway adds to forwarding."""

from typing import TypeVar

from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway.admission import admit, client_of
from gateway.forwarding.relay import fetch, forward
from gateway.limits.rate_limits import account_key
from gateway.services import Services, wired
from gateway.sessions import Caller, clear_cookie, set_cookie
from vignette_shared.contracts.api import LoginRequest, LoginResponse, RegisterRequest
from vignette_shared.errors import AuthenticationRequired
from vignette_shared.http.problems import problem_response, request_id_of

Body = TypeVar("Body", bound=BaseModel)


async def register(request: Request) -> Response:
    """Create an account; registrations are limited by address."""
    caller, services = await admit(request), wired(request)
    valid = await _parse(request, RegisterRequest)
    # An invalid body creates nothing, so it costs only what any other request does.
    await services.rates.spend("registrations" if valid else "reads", client_of(request))
    return await forward(request, services.photos, caller)


async def log_in(request: Request) -> Response:
    """Sign in and set the session cookie; attempts are limited by address and by account."""
    caller, services = await admit(request), wired(request)
    if (credentials := await _parse(request, LoginRequest)) is None:
        await services.rates.spend("reads", client_of(request))
    else:
        await services.rates.spend("logins", client_of(request))
        await services.rates.spend("account", account_key(credentials.login))
    answer = await fetch(request, services.photos, caller)
    if answer.status_code == 200:
        session = LoginResponse.model_validate_json(bytes(answer.body))
        set_cookie(answer, session, secure=services.sessions.secure)
    return answer


async def log_out(request: Request) -> Response:
    """End the session and clear its cookie, also when the session has already ended."""
    services = wired(request)
    try:
        caller = await admit(request)
    except AuthenticationRequired as error:
        answer = problem_response(error, request_id_of(request))
    else:
        answer = await fetch(request, services.photos, caller)
    if answer.status_code in (204, 401):
        clear_cookie(answer, secure=services.sessions.secure)
    return answer


async def change_password(request: Request) -> Response:
    caller, services = await admit(request), wired(request)
    await _count_password(services, caller)
    return await forward(request, services.photos, caller)


async def delete_account(request: Request) -> Response:
    """Delete the account and clear the session cookie."""
    caller, services = await admit(request), wired(request)
    await _count_password(services, caller)
    answer = await fetch(request, services.photos, caller)
    if answer.status_code == 204:
        clear_cookie(answer, secure=services.sessions.secure)
    return answer


async def _parse(request: Request, model: type[Body]) -> Body | None:
    """Return the request's body, or None for one that photos will refuse with the reason.

    Read as FastAPI reads it in photos, by `json` and in Python mode: another parser could see another login
    name in the same bytes, and count the attempt against the wrong account.
    """
    try:
        return model.model_validate(await request.json())
    except (ValueError, RecursionError, ClientDisconnect):
        return None


async def _count_password(services: Services, caller: Caller) -> None:
    """Limit the passwords tried on a session that was left open; raises `RateLimited`."""
    await services.rates.spend("account", caller.identity.user_id or "")
