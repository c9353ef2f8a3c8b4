"""Photos, tags, comments and reports."""

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
    """A label on a photo. `score` is the model's probability in [0, 1], or null for a tag added by a user."""

    label: str
    score: float | None
    source: TagSource
    state: TagState
    model_version: str | None


class PastDecision(ApiModel):
    """An earlier decision about a label, with the model's score and version at that time."""

    label: str
    state: TagState | None = Field(description="Null if the decision was withdrawn.")
    score: float | None
    model_version: str | None
    decided_at: datetime


class PhotoUrls(ApiModel):
    thumb: str | None = Field(description="Null until the rendition exists.")
    medium: str | None = Field(
        default=None, description="Between `thumb` and `preview`. Null if the preview is no larger."
    )
    preview: str | None = Field(description="Null until the rendition exists.")
    original: str | None = None


class Failure(ApiModel):
    code: str
    detail: str


class Location(ApiModel):
    """Coordinates in degrees, WGS 84."""

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
    width: int = Field(description="In pixels, with the photo upright.")
    height: int = Field(description="In pixels, with the photo upright.")
    bytes: int
    sha256: str
    media_type: str
    taken_at: datetime | None
    created_at: datetime
    thumbhash: str | None = Field(description="Base64. Null until the photo is rendered.")
    urls: PhotoUrls
    tags: list[Tag]
    liked: bool = False
    like_count: int = 0
    comment_count: int = 0
    camera: Camera | None = None
    location: Location | None = None
    failure: Failure | None = None
    alt_text_automatic: bool = Field(
        default=False, description="Whether `alt_text` is generated from the tags."
    )
    duplicate: bool | None = Field(
        default=None, description="True if the uploaded bytes were already stored."
    )
    near_duplicates: list[str] | None = Field(
        default=None,
        description="IDs of near-duplicates among your photos. Only on a single photo, for its owner.",
    )
    deleted_at: datetime | None = Field(
        default=None, description="When the photo was moved to the trash, which keeps it for 30 days."
    )
    decisions: list[PastDecision] | None = Field(
        default=None,
        description="The owner's earlier decisions about tags, newest first. Only with `include=all`.",
    )


class TagCount(ApiModel):
    label: str
    count: int
    cover: Photo | None = None


class PhotoChange(ApiModel):
    """Omitted fields are unchanged. A null `alt_text` restores the generated alt text."""

    title: Title | None = None
    description: Description | None = None
    alt_text: AltText | None = None
    visibility: Visibility | None = None


class TagDecision(ApiModel):
    state: Literal["accepted", "rejected"]


class Suggestion(ApiModel):
    """A label that starts with the given prefix."""

    label: Label
    count: int


class SimilarPhoto(ApiModel):
    photo: Photo
    similarity: float = Field(description="Cosine similarity of the two embeddings, at most 1.")


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
    value: str | None = Field(
        default=None, description="A label, a visibility or an album ID, depending on `action`."
    )


class BulkOutcome(ApiModel):
    id: str
    status: Literal["ok", "error"]
    code: str | None = None


class BulkOutcomes(ApiModel):
    items: list[BulkOutcome]
