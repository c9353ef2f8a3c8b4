"""Sign up, sign in, sign out, who am I."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, StringConstraints

from photos.routes.dependencies import Caller, ReaderId, WiredServices
from photos.service import accounts, profiles
from vignette_shared.contracts.api import LoginRequest, LoginResponse, RegisterRequest, User
from vignette_shared.contracts.identity import Identity

router = APIRouter()


class TokenQuery(BaseModel):
    """A session's token, as its holder sent it to the gateway."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=512)]


@router.post("/api/v1/auth/register", status_code=201)
def register(asked: RegisterRequest, services: WiredServices, _caller: Caller) -> User:
    return accounts.register(services.accounts, asked)


@router.post("/api/v1/auth/login")
def log_in(asked: LoginRequest, services: WiredServices, _caller: Caller) -> LoginResponse:
    return accounts.log_in(services.accounts, asked.login, asked.password)


@router.post("/api/v1/auth/logout", status_code=204, response_class=Response)
def log_out(services: WiredServices, caller: Caller) -> None:
    accounts.log_out(services.database, caller)


@router.get("/api/v1/me")
def me(services: WiredServices, user_id: ReaderId) -> User:
    return profiles.get_own(services.database, user_id, services.limits.quota_bytes)


@router.post("/internal/v1/identity")
def identify(asked: TokenQuery, services: WiredServices, _caller: Caller) -> Identity:
    return accounts.identify(services.accounts, asked.token)
