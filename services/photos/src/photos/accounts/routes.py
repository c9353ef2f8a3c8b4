"""HTTP for sign-in, accounts and API keys."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, StringConstraints

from photos.accounts import accounts, api_keys, deletion, profiles
from photos.kernel.http import Caller, PageParams, UserId, WiredServices, canonical_id, identity_of
from vignette_shared.contracts.api import (
    AccountDeletion,
    ApiKey,
    CreatedApiKey,
    LoginRequest,
    LoginResponse,
    NewApiKey,
    Page,
    PasswordChange,
    ProfileChange,
    RegisterRequest,
    User,
)
from vignette_shared.contracts.api.examples import API_KEY
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import (
    AccountSuspended,
    BadCredentials,
    EmailTaken,
    IncorrectPassword,
    LastAdmin,
    NotFound,
    UsernameTaken,
    WeakPassword,
)
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1", tags=["auth"], route_class=OperationRoute)
internal_router = APIRouter(
    prefix="/internal/v1", include_in_schema=False, dependencies=[Depends(identity_of)]
)


KeyId = Annotated[
    str,
    Path(description="ID of the API key.", examples=[API_KEY["id"]]),
    canonical_id("There is no such API key."),
]


class TokenQuery(BaseModel):
    """The token that a client sent to the gateway."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=512)]


@router.post(
    "/auth/register",
    **operation(
        "open", status=201, returns="The new account.", raises=(UsernameTaken, EmailTaken, WeakPassword)
    ),
)
def register(registration: RegisterRequest, services: WiredServices) -> User:
    """Create an account.

    The first account on a site becomes its admin. Registering does not sign in; call `POST /auth/login`
    next.
    """
    return accounts.register(services, registration)


@router.post(
    "/auth/login",
    **operation(
        "open",
        returns="The new session.",
        headers={"Set-Cookie": "`session`, HttpOnly, SameSite=Lax"},
        raises=(BadCredentials, AccountSuspended),
    ),
)
def login(credentials: LoginRequest, services: WiredServices) -> LoginResponse:
    """Sign in.

    `login` is a username or an email address. Returns an access token and sets the cookie `session`.
    """
    return accounts.log_in(services, credentials.login, credentials.password)


@router.post(
    "/auth/logout",
    **operation("session", status=204, headers={"Set-Cookie": "`session`, cleared"}),
)
def logout(services: WiredServices, caller: Caller) -> None:
    """Sign out.

    Ends the session, for both its cookie and its access token, and clears the cookie.
    """
    accounts.log_out(services, caller)


@router.get("/me", **operation("read", returns="The signed-in user."))
def get_me(services: WiredServices, user_id: UserId) -> User:
    """Retrieve your account."""
    return profiles.get_own(services, user_id)


@router.patch(
    "/me",
    **operation("write", returns="The updated user.", raises=(UsernameTaken, EmailTaken)),
)
def change_me(change: ProfileChange, services: WiredServices, user_id: UserId) -> User:
    """Update your profile.

    Omitted and null fields are unchanged, except `avatar_photo_id`, where null removes the avatar. The
    avatar must be one of your own photos that is rendered and not private.
    """
    return profiles.change_own(services, user_id, change)


@router.delete(
    "/me",
    **operation(
        "session",
        status=204,
        headers={"Set-Cookie": "`session`, cleared"},
        raises=(LastAdmin, IncorrectPassword),
    ),
)
def delete_me(confirmation: AccountDeletion, services: WiredServices, caller: Caller) -> None:
    """Delete your account.

    Deletes your photos, albums, comments, likes, sessions and API keys for everyone at once. The files of
    a large account are removed within minutes. Requires a password sign-in; API keys are refused.
    """
    deletion.delete_account(services, caller, confirmation.password)


@router.post(
    "/me/password",
    **operation("session", status=204, raises=(IncorrectPassword, WeakPassword)),
)
def change_password(change: PasswordChange, services: WiredServices, caller: Caller) -> None:
    """Change your password.

    Ends all other sessions; API keys keep working. A wrong `current` password is answered with 422.
    Requires a password sign-in; API keys are refused.
    """
    accounts.change_password(services, caller, change)


@router.get("/me/api-keys", **operation("session", returns="A page of API keys."))
def list_api_keys(services: WiredServices, caller: Caller, page: PageParams) -> Page[ApiKey]:
    """List your API keys.

    Newest first. Requires a password sign-in; API keys are refused.
    """
    return api_keys.list_keys(services, caller, page.cursor, page.limit)


@router.post("/me/api-keys", **operation("session", status=201, returns="The new API key."))
def create_api_key(new_key: NewApiKey, services: WiredServices, caller: Caller) -> CreatedApiKey:
    """Create an API key.

    The answer contains `key`, which is never shown again. Only admins may request the scope `admin`.
    Requires a password sign-in; API keys are refused.
    """
    return api_keys.create_key(services, caller, new_key)


@router.delete("/me/api-keys/{key_id}", **operation("session", status=204, raises=(NotFound,)))
def delete_api_key(key_id: KeyId, services: WiredServices, caller: Caller) -> None:
    """Delete an API key.

    The key stops working at once. Requires a password sign-in; API keys are refused.
    """
    api_keys.delete_key(services, caller, key_id)


@internal_router.post("/identity")
def identify(query: TokenQuery, services: WiredServices) -> Identity:
    return accounts.identify(services, query.token)
