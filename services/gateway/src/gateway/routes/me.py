"""One's own account: profile, password, keys, and the way out; and other people's pages."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, Parts, Reader, SessionHolder, WithParts, Writer
from gateway.access.sessions import Caller, clear_cookie
from gateway.documentation.overview import (
    FOR_ANYONE,
    FOR_MEMBERS,
    USER,
    answer,
    changing,
    for_members,
    forwarded,
    with_body,
)
from gateway.forwarding.relay import fetch, forward
from gateway.routes.paging import Cursor, Limit
from gateway.routes.social import PERSON, Name
from vignette_shared.contracts.api import (
    AccountDeletion,
    ApiKey,
    CreatedApiKey,
    NewApiKey,
    Page,
    PasswordChange,
    Profile,
    ProfileChange,
    User,
)
from vignette_shared.errors import (
    AuthenticationRequired,
    BadCursor,
    BadRequest,
    EmailTaken,
    Forbidden,
    IncorrectPassword,
    LastAdmin,
    NotFound,
    UsernameTaken,
    ValidationFailed,
    WeakPassword,
)

router = APIRouter()

PROFILE_CHANGE = {"display_name": "Anna B.", "bio": "Lakes, mostly.", "default_visibility": "unlisted"}
PASSWORD_CHANGE = {"current": "correct horse battery", "new": "a walk along the lake"}
DELETION = {"password": "correct horse battery"}
NEW_KEY = {"name": "laptop", "scopes": ["read", "write"], "expires_at": "2027-01-01T00:00:00Z"}
KEY = {
    "id": "019ab1f0-8b00-7a21-9e4d-3c2b1a0f9e8d",
    "name": "laptop",
    "scopes": ["read", "write"],
    "prefix": "vgn_pXw3dQ0V",
    "created_at": "2026-05-04T08:00:00Z",
    "expires_at": "2027-01-01T00:00:00Z",
    "last_used_at": None,
}
CREATED_KEY = KEY | {"key": "vgn_pXw3dQ0V5m5yT6t0h1s9yq2m7n4b8c6d5f3g1h0jklM"}
PROFILE = PERSON | {
    "bio": "Lakes, mostly.",
    "counts": {"photos": 3, "followers": 2, "following": 1, "likes": 7},
    "created_at": "2026-05-04T08:00:00Z",
    "followed": True,
    "follows_you": False,
    "blocked": False,
}
KeyId = Annotated[str, Path(description="UUID of the key", examples=[KEY["id"]])]


@router.get(
    "/me",
    operation_id="get_me",
    summary="One's own profile",
    response_model=User,
    responses={200: answer("The signed-in user", USER), **for_members()},
    openapi_extra=FOR_MEMBERS,
    tags=["auth"],
)
async def get_me(request: Request, parts: WithParts, caller: Reader) -> Response:
    return await forward(request, parts.photos, caller)


@router.patch(
    "/me",
    operation_id="change_me",
    summary="Change one's profile",
    description=(
        "What is left out stays, and so does what is null, but for `avatar_photo_id`, which null removes. "
        "An avatar is a photo of one's own that is rendered and not private."
    ),
    response_model=User,
    responses={
        200: answer("The changed user", USER),
        **changing(*with_body(BadRequest, UsernameTaken, EmailTaken, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["auth"],
)
async def change_me(
    request: Request,
    parts: WithParts,
    caller: Writer,
    body: Annotated[ProfileChange, Body(examples=[PROFILE_CHANGE])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/me",
    operation_id="delete_me",
    summary="Delete one's account and all that is in it",
    description=(
        "Photos, albums, comments, likes, sessions and keys are gone for everyone when this answers; the "
        "files of a large account are cleared away in the minutes after. Needs a sign-in; no API key will do."
    ),
    status_code=204,
    response_class=Response,
    responses={
        204: answer("Gone", Set_Cookie="`session`, cleared"),
        **changing(*with_body(BadRequest, Forbidden, LastAdmin, IncorrectPassword, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["auth"],
)
async def delete_me(
    request: Request,
    parts: WithParts,
    caller: SessionHolder,
    body: Annotated[AccountDeletion, Body(examples=[DELETION])],
) -> Response:
    await _count_password(parts, caller)
    answered = await fetch(request, parts.photos, caller)
    if answered.status_code == 204:
        clear_cookie(answered, secure=parts.sessions.secure)
    return answered


@router.post(
    "/me/password",
    operation_id="change_password",
    summary="Change one's password",
    description=(
        "Ends all other sessions; API keys stay. Needs a sign-in; an API key is not enough. A wrong "
        "`current` is 422, since 401 would say that one is not signed in."
    ),
    status_code=204,
    response_class=Response,
    responses={
        204: answer("Changed"),
        **changing(*with_body(BadRequest, Forbidden, IncorrectPassword, WeakPassword, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["auth"],
)
async def change_password(
    request: Request,
    parts: WithParts,
    caller: SessionHolder,
    body: Annotated[PasswordChange, Body(examples=[PASSWORD_CHANGE])],
) -> Response:
    await _count_password(parts, caller)
    return await forward(request, parts.photos, caller)


@router.get(
    "/me/api-keys",
    operation_id="list_api_keys",
    summary="One's API keys, newest first",
    description="Needs a sign-in; an API key is not enough.",
    response_model=Page[ApiKey],
    responses={
        200: answer("A page of keys", {"items": [KEY], "next_cursor": None}),
        **for_members(Forbidden, BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["auth"],
)
async def list_api_keys(
    request: Request, parts: WithParts, caller: SessionHolder, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/me/api-keys",
    operation_id="create_api_key",
    summary="Make an API key",
    description=(
        "`key` is shown in this answer and never again. Only an admin can ask for the scope `admin`. "
        "Needs a sign-in; an API key is not enough."
    ),
    status_code=201,
    response_model=CreatedApiKey,
    responses={
        201: answer("The new key", CREATED_KEY),
        **changing(*with_body(BadRequest, Forbidden, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["auth"],
)
async def create_api_key(
    request: Request,
    parts: WithParts,
    caller: SessionHolder,
    body: Annotated[NewApiKey, Body(examples=[NEW_KEY])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/me/api-keys/{key_id}",
    operation_id="delete_api_key",
    summary="End an API key",
    description="Dead from then on. Needs a sign-in; an API key is not enough.",
    status_code=204,
    response_class=Response,
    responses={204: answer("Ended"), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["auth"],
)
async def delete_api_key(
    request: Request, parts: WithParts, caller: SessionHolder, key_id: KeyId
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/users/{username}",
    operation_id="get_profile",
    summary="Someone's page",
    description="The counts are of what everyone may see. Someone suspended is not there.",
    response_model=Profile,
    responses={
        200: answer("The page", PROFILE),
        **forwarded(AuthenticationRequired, NotFound),
    },
    openapi_extra=FOR_ANYONE,
    tags=["people"],
)
async def get_profile(request: Request, parts: WithParts, caller: AnyCaller, username: Name) -> Response:
    return await forward(request, parts.photos, caller)


async def _count_password(parts: Parts, caller: Caller) -> None:
    """Let nobody try passwords on a session that was left open; raises `RateLimited`."""
    await parts.rates.spend("account", caller.identity.user_id or "")
