"""Reports, accounts, queues and dead letters, for admins."""

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
    photo: Photo | None = Field(description="Null if the photo was deleted.")
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
    """Omitted fields are unchanged. A null `bytes_quota` restores the site's default."""

    suspended: bool | None = None
    role: Role | None = None
    # 2**53: JavaScript represents every integer up to here exactly.
    bytes_quota: Annotated[int, Field(ge=0, le=2**53)] | None = None


class Account(Person):
    """A user as admins see them."""

    email: str
    role: Role
    created_at: datetime
    suspended_at: datetime | None
    bytes_used: int
    bytes_quota: int | None = Field(description="Null for the site's default.")
    photos: int = Field(description="Number of photos, trash included.")


class QueueState(ApiModel):
    name: str
    depth: int = Field(description="Tasks queued or in progress.")
    oldest_age_s: float | None = Field(
        description="Seconds since the oldest queued photo was queued. Null if none is queued."
    )
    rate_per_minute: float | None = Field(
        description="Tasks that running workers finished in the last minute. Null without workers."
    )
    failures: int = Field(description="Dead letters of this step.")
    workers: int = Field(description="Running workers that consume this queue.")


class QueueStates(ApiModel):
    items: list[QueueState]


class RetriedPhoto(ApiModel):
    """A photo whose dead letter is retried. `step` is its pending step."""

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
