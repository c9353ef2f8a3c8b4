"""The base class of bodies, pages and problems, and types that several bodies use."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

Visibility = Literal["public", "unlisted", "private"]
PhotoStatus = Literal["pending", "tagged", "failed"]
TagSource = Literal["model", "user"]
TagState = Literal["suggested", "accepted", "rejected"]
RenditionSize = Literal["thumb", "medium", "preview", "original"]
Role = Literal["user", "admin"]

STORABLE = r"^[^\x00]*$"
"""Pattern of stored text. Postgres can't store null characters, so SQLite must not either."""
Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=32, pattern=r"^[A-Za-z0-9_.\-]+$"),
]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64)]
# No minimum, because sign-in uses it, too: `photos.kernel.passwords` judges new passwords.
Password = Annotated[str, StringConstraints(max_length=1024)]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with an offset, converted to UTC. The last hours of the year 9999 can be out of range there."""

T = TypeVar("T")


class ApiModel(BaseModel):
    """Base class of all bodies."""

    # A misspelt field must not be ignored: the client would believe that its change was made.
    model_config = ConfigDict(extra="forbid")


class Page(ApiModel, Generic[T]):
    """A page of a list. `next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None = None


class FieldError(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """An RFC 9457 problem document. Switch on `code`, which is stable."""

    # Errors add members, such as the `position` of an invalid query.
    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldError] | None = None
