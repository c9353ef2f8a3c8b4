"""Albums and share links."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from vignette_shared.contracts.api.base import STORABLE, ApiModel, Moment, Visibility
from vignette_shared.contracts.api.people import Person
from vignette_shared.contracts.api.photos import Photo

AlbumTitle = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=STORABLE)
]
AlbumDescription = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000, pattern=STORABLE)]
SharePassword = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Album(ApiModel):
    id: str
    title: str
    description: str
    visibility: Visibility
    photo_count: int = Field(description="Number of photos that the caller can see.")
    cover: Photo | None
    created_at: datetime
    owner: Person


class NewAlbum(ApiModel):
    title: AlbumTitle
    description: AlbumDescription = ""
    visibility: Visibility = "private"


class AlbumChange(ApiModel):
    """Omitted fields are unchanged. A null `cover_photo_id` makes the first photo the cover."""

    title: AlbumTitle | None = None
    description: AlbumDescription | None = None
    visibility: Visibility | None = None
    cover_photo_id: str | None = None


class AlbumOrder(ApiModel):
    ids: Annotated[list[str], Field(min_length=1, max_length=10_000)]


class NewShareLink(ApiModel):
    expires_at: Moment | None = None
    password: SharePassword | None = None


class ShareLink(ApiModel):
    id: str
    token: str
    url: str = Field(description="Address of the page to share.")
    expires_at: datetime | None
    has_password: bool
    created_at: datetime


class SharedAlbum(ApiModel):
    """An album as a guest sees it."""

    id: str
    title: str
    description: str
    owner: Person
    photo_count: int
    cover: Photo | None
    created_at: datetime
    expires_at: datetime | None


class ShareUnlock(ApiModel):
    password: SharePassword
