"""What the admin sees and does: reports, accounts, queues, dead letters."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from vignette_shared.contracts.api.base import STORABLE, ApiModel, PhotoStatus, Role
from vignette_shared.contracts.api.people import Person
from vignette_shared.contracts.api.photos import Photo

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=STORABLE)]
ReportAction = Literal["dismiss", "hide_photo", "suspend_owner"]


class Report(ApiModel):
    id: str
    photo: Photo | None = Field(description="null when the photo is gone")
    reporter: Person | None
    reason: str
    created_at: datetime
    resolved_at: datetime | None = None
    resolved_by: Person | None = None
    action: ReportAction | None = None
    note: str | None = None


class ReportResolution(ApiModel):
    action: ReportAction
    note: Note | None = None


class UserChange(ApiModel):
    """What is left out stays; `bytes_quota` null means the site's default."""

    suspended: bool | None = None
    role: Role | None = None
    bytes_quota: Annotated[int, Field(ge=0, le=2**53)] | None = None


class Account(Person):
    """Someone as the admin sees them."""

    email: str
    role: Role
    created_at: datetime
    suspended_at: datetime | None
    bytes_used: int
    bytes_quota: int | None = Field(description="null: the site's default")
    photos: int = Field(description="trash included")


class QueueState(ApiModel):
    name: str
    depth: int = Field(description="messages that wait or are under way")
    oldest_age_s: float | None = Field(
        description="seconds that the longest waiting photo has waited; null where none waits"
    )
    rate_per_minute: float | None = Field(
        description="messages that living workers finished in the last minute; null without workers"
    )
    failures: int = Field(description="dead letters of this step")
    workers: int = Field(description="workers alive that take from it")


class QueueStates(ApiModel):
    items: list[QueueState]


class RetriedPhoto(ApiModel):
    """What becomes of a photo whose dead letter is retried; `step` is what it waits for now."""

    photo_id: str
    status: PhotoStatus
    step: str | None


class DeadLetter(ApiModel):
    id: str
    photo_id: str
    owner: Person
    step: str
    code: str
    detail: str
    attempts: int
    created_at: datetime
