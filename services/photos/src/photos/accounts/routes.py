"""Sign up, sign in, sign out; one's own account and its keys; others' pages."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, StringConstraints

from photos.accounts import accounts, api_keys, deletion, profiles
from photos.kernel.http import Caller, ReaderId, SessionHolder, WiredServices, WriterId, as_id
from photos.kernel.paging import Cursor, Limit
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
from vignette_shared.contracts.identity import Identity

router = APIRouter()


class TokenQuery(BaseModel):
    """A session's token, as its holder sent it to the gateway."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=512)]


@router.post("/api/v1/auth/register", status_code=201)
def register(asked: RegisterRequest, services: WiredServices, _caller: Caller) -> User:
    return accounts.register(services, asked)


@router.post("/api/v1/auth/login")
def log_in(asked: LoginRequest, services: WiredServices, _caller: Caller) -> LoginResponse:
    return accounts.log_in(services, asked.login, asked.password)


@router.post("/api/v1/auth/logout", status_code=204, response_class=Response)
def log_out(services: WiredServices, caller: Caller) -> None:
    accounts.log_out(services, caller)


@router.get("/api/v1/me")
def me(services: WiredServices, user_id: ReaderId) -> User:
    return profiles.get_own(services, user_id)


@router.patch("/api/v1/me")
def change_me(asked: ProfileChange, services: WiredServices, user_id: WriterId) -> User:
    return profiles.change_own(services, user_id, asked)


@router.delete("/api/v1/me", status_code=204, response_class=Response)
def delete_me(asked: AccountDeletion, services: WiredServices, caller: SessionHolder) -> None:
    deletion.delete_account(services, caller, asked.password)


@router.post("/api/v1/me/password", status_code=204, response_class=Response)
def change_password(asked: PasswordChange, services: WiredServices, caller: SessionHolder) -> None:
    accounts.change_password(services, caller, asked)


@router.get("/api/v1/me/api-keys")
def list_keys(
    services: WiredServices, caller: SessionHolder, limit: Limit = 50, cursor: Cursor = None
) -> Page[ApiKey]:
    return api_keys.list_keys(services, caller, cursor, limit)


@router.post("/api/v1/me/api-keys", status_code=201)
def create_key(asked: NewApiKey, services: WiredServices, caller: SessionHolder) -> CreatedApiKey:
    return api_keys.create_key(services, caller, asked)


@router.delete("/api/v1/me/api-keys/{key_id}", status_code=204, response_class=Response)
def delete_key(key_id: str, services: WiredServices, caller: SessionHolder) -> None:
    api_keys.delete_key(services, caller, as_id(key_id))


@router.post("/internal/v1/identity")
def identify(asked: TokenQuery, services: WiredServices, _caller: Caller) -> Identity:
    return accounts.identify(services, asked.token)
