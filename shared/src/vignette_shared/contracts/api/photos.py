"""Photos, their tags, and what people say of them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from vignette_shared.contracts.api.base import (
    STORABLE,
    ApiModel,
    Label,
    PhotoStatus,
    TagSource,
    TagState,
    Visibility,
)
from vignette_shared.contracts.api.people import Person

Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=STORABLE)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000, pattern=STORABLE)]
AltText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=STORABLE)]
BulkAction = Literal[
    "add_tag", "remove_tag", "accept_tags", "set_visibility", "add_to_album", "delete", "retag"
]


class Tag(ApiModel):
    """`score` is the model's probability in [0, 1], null for a tag of a person's."""

    label: str
    score: float | None
    source: TagSource
    state: TagState
    model_version: str | None


class PastDecision(ApiModel):
    """What a person once said of a label; `score` and `model_version` are what the model said then."""

    label: str
    state: TagState | None = Field(description="null where a decision was taken back")
    score: float | None
    model_version: str | None
    decided_at: datetime


class PhotoUrls(ApiModel):
    thumb: str | None = Field(description="null until the rendition is made")
    medium: str | None = Field(
        default=None, description="between the two; null where the preview is no larger, or came before it"
    )
    preview: str | None = Field(description="null until the rendition is made")
    original: str | None = None


class Failure(ApiModel):
    code: str
    detail: str


class Location(ApiModel):
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


class Camera(ApiModel):
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    focal_length_mm: float | None = None
    aperture: float | None = None
    exposure_s: float | None = None
    iso: int | None = None


class Photo(ApiModel):
    id: str
    owner: Person
    title: str
    description: str
    alt_text: str
    visibility: Visibility
    status: PhotoStatus
    width: int = Field(description="pixels, upright")
    height: int = Field(description="pixels, upright")
    bytes: int
    sha256: str
    media_type: str
    taken_at: datetime | None
    created_at: datetime
    thumbhash: str | None = Field(description="base64, null until rendered")
    urls: PhotoUrls
    tags: list[Tag]
    liked: bool = False
    like_count: int = 0
    comment_count: int = 0
    camera: Camera | None = None
    location: Location | None = None
    failure: Failure | None = None
    alt_text_automatic: bool = Field(default=False, description="whether `alt_text` is made of the tags")
    duplicate: bool | None = Field(default=None, description="true when these bytes were there already")
    near_duplicates: list[str] | None = Field(
        default=None, description="ids of one's other photos that look the same; for the owner of one photo"
    )
    deleted_at: datetime | None = Field(
        default=None, description="since when it has been in the owner's trash, which keeps it 30 days"
    )
    decisions: list[PastDecision] | None = Field(
        default=None, description="what its owner decided about tags, newest first; with `include=all`"
    )


class TagCount(ApiModel):
    label: str
    count: int
    cover: Photo | None = None


class PhotoChange(ApiModel):
    """What is left out stays; `alt_text` null lets the tags speak again."""

    title: Title | None = None
    description: Description | None = None
    alt_text: AltText | None = None
    visibility: Visibility | None = None


class TagDecision(ApiModel):
    state: Literal["accepted", "rejected"]


class Suggestion(ApiModel):
    """A label that begins as asked."""

    label: Label
    count: int


class SimilarPhoto(ApiModel):
    photo: Photo
    similarity: float = Field(description="cosine of the two embeddings, at most 1")


class SimilarPhotos(ApiModel):
    items: list[SimilarPhoto]


class NewComment(ApiModel):
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=STORABLE)
    ]


class Comment(ApiModel):
    id: str
    author: Person
    text: str
    created_at: datetime


class NewReport(ApiModel):
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=STORABLE)
    ]


class BulkChange(ApiModel):
    ids: Annotated[list[str], Field(min_length=1, max_length=500)]
    action: BulkAction
    value: str | None = Field(default=None, description="a label, a visibility or an album's id")


class BulkOutcome(ApiModel):
    id: str
    status: Literal["ok", "error"]
    code: str | None = None


class BulkOutcomes(ApiModel):
    items: list[BulkOutcome]
