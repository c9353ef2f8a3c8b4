"""Accounts and sessions."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, WithParts, client_of, from_here
from gateway.access.sessions import Caller, clear_cookie, set_cookie
from gateway.documentation.overview import FOR_MEMBERS, USER, answer, forwarded
from gateway.forwarding.relay import fetch, forward
from gateway.limits.rate_limits import account_key
from vignette_shared.contracts.api import LoginRequest, LoginResponse, RegisterRequest, User
from vignette_shared.errors import (
    AccountSuspended,
    AuthenticationRequired,
    BadCredentials,
    BadOrigin,
    EmailTaken,
    Forbidden,
    TooLarge,
    UsernameTaken,
    ValidationFailed,
    WeakPassword,
)
from vignette_shared.http.problems import problem_response, request_id_of

router = APIRouter()

REGISTRATION = {"username": "anna", "email": "anna@example.org", "password": "correct horse battery"}
LOGIN = {"login": "anna", "password": "correct horse battery"}
SESSION = {
    "access_token": "pXw3dQ0V5m5yT6t0h1s9yq2m7n4b8c6d5f3g1h0jklM",
    "token_type": "bearer",
    "expires_in": 2592000,
    "user": USER,
}


@router.post(
    "/auth/register",
    operation_id="register",
    summary="Make an account",
    description="The first account becomes the admin's. Signing in is a request of its own.",
    status_code=201,
    response_model=User,
    responses={
        201: answer("The new user", USER),
        **forwarded(BadOrigin, UsernameTaken, EmailTaken, ValidationFailed, WeakPassword, TooLarge),
    },
    dependencies=[Depends(from_here)],
    tags=["auth"],
)
async def register(
    request: Request, parts: WithParts, body: Annotated[RegisterRequest, Body(examples=[REGISTRATION])]
) -> Response:
    await parts.rates.spend("registrations", client_of(request))
    return await forward(request, parts.photos, Caller())


@router.post(
    "/auth/login",
    operation_id="login",
    summary="Sign in",
    description="`login` is the user name or the e-mail address. Sets the cookie `session` as well.",
    response_model=LoginResponse,
    responses={
        200: answer("The session", SESSION, Set_Cookie="`session`, HttpOnly, SameSite=Lax"),
        **forwarded(BadOrigin, BadCredentials, AccountSuspended, ValidationFailed, TooLarge),
    },
    dependencies=[Depends(from_here)],
    tags=["auth"],
)
async def login(
    request: Request, parts: WithParts, body: Annotated[LoginRequest, Body(examples=[LOGIN])]
) -> Response:
    await parts.rates.spend("logins", client_of(request))
    await parts.rates.spend("account", account_key(body.login))
    answered = await fetch(request, parts.photos, Caller())
    if answered.status_code == 200:
        session = LoginResponse.model_validate_json(bytes(answered.body))
        set_cookie(answered, session, secure=parts.sessions.secure)
    return answered


@router.post(
    "/auth/logout",
    operation_id="logout",
    summary="Sign out",
    description="Ends the session that cookie and token of one login share, and clears the cookie.",
    status_code=204,
    response_class=Response,
    responses={
        204: answer("Signed out", Set_Cookie="`session`, cleared"),
        **forwarded(AuthenticationRequired, BadOrigin, Forbidden),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["auth"],
)
async def logout(request: Request, parts: WithParts, caller: AnyCaller) -> Response:
    if caller.identity.user_id is None:
        answered = problem_response(AuthenticationRequired(), request_id_of(request))
    else:
        answered = await fetch(request, parts.photos, caller)
    if answered.status_code in (204, 401):
        clear_cookie(answered, secure=parts.sessions.secure)
    return answered
