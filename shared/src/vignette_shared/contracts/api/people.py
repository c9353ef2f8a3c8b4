"""Accounts, profiles, sessions and API keys."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import EmailStr, Field, StringConstraints

from vignette_shared.contracts.api.base import (
    STORABLE,
    ApiModel,
    Moment,
    Password,
    Role,
    Username,
    Visibility,
)
from vignette_shared.contracts.identity import Scope

DisplayName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=STORABLE)
]
Bio = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=STORABLE)]


class RegisterRequest(ApiModel):
    username: Username
    email: EmailStr
    password: Password


class LoginRequest(ApiModel):
    # 320 characters hold the longest e-mail address: 64 before the `@`, 255 after it.
    login: Annotated[str, StringConstraints(min_length=1, max_length=320)]
    password: Password


class Person(ApiModel):
    """A user as other users see them."""

    username: str
    display_name: str
    avatar_url: str | None = None


class Counts(ApiModel):
    photos: int
    followers: int
    following: int
    likes: int = Field(description="Likes that the user's photos have received.")


class User(Person):
    """The caller's own account."""

    email: str
    bio: str
    role: Role
    counts: Counts
    default_visibility: Visibility = Field(default="public", description="Visibility of new photos.")
    allow_downloads: bool = Field(
        default=False, description="Whether other users may download originals, without location."
    )
    bytes_used: int = Field(default=0, description="Bytes used by originals, trash included.")
    bytes_quota: int | None = Field(default=None, description="Maximum bytes that the account may store.")


class Profile(Person):
    """A public profile. `followed`, `follows_you` and `blocked` are false for anonymous callers."""

    bio: str
    counts: Counts
    created_at: datetime
    followed: bool = False
    follows_you: bool = False
    blocked: bool = False


class ProfileChange(ApiModel):
    """Omitted fields are unchanged. A null `avatar_photo_id` removes the avatar."""

    username: Username | None = None
    email: EmailStr | None = None
    display_name: DisplayName | None = None
    bio: Bio | None = None
    avatar_photo_id: str | None = None
    default_visibility: Visibility | None = None
    allow_downloads: bool | None = None


class LoginResponse(ApiModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - RFC 6750's word, no password
    expires_in: int = Field(description="Seconds until the session expires.")
    user: User


class PasswordChange(ApiModel):
    current: Password
    new: Password


class AccountDeletion(ApiModel):
    password: Password


class NewApiKey(ApiModel):
    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=STORABLE)
    ]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)]
    expires_at: Moment | None = None


class ApiKey(ApiModel):
    id: str
    name: str
    scopes: list[Scope]
    prefix: str = Field(description="First characters of the key, to tell keys apart.")
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class CreatedApiKey(ApiKey):
    key: str = Field(description="The key. Shown only in this answer.")
