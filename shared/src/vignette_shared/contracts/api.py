"""The REST contract's bodies: what photos answers and the gateway documents.

They stand here, once, because two copies that disagree would be a bug in the public API.
"""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, EmailStr, Field, StringConstraints

Visibility = Literal["public", "unlisted", "private"]
PhotoStatus = Literal["pending", "tagged", "failed"]
TagSource = Literal["model", "user"]
TagState = Literal["suggested", "accepted", "rejected"]
RenditionSize = Literal["thumb", "preview", "original"]

Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=32, pattern=r"^[A-Za-z0-9_.\-]+$"),
]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64)]

T = TypeVar("T")


class ApiModel(BaseModel):
    """Base of all bodies; fields in snake_case as on the wire."""

    model_config = ConfigDict(extra="forbid")


class Page(ApiModel, Generic[T]):
    """A keyset page; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None = None


class FieldError(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem document; `code` is the stable word to switch on."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldError] | None = None


# --- people ---------------------------------------------------------------------------------------


class RegisterRequest(ApiModel):
    username: Username
    email: EmailStr
    password: Annotated[str, StringConstraints(max_length=1024)]


class LoginRequest(ApiModel):
    login: Annotated[str, StringConstraints(min_length=1, max_length=320)]
    password: Annotated[str, StringConstraints(max_length=1024)]


class Person(ApiModel):
    """Someone as others see them."""

    username: str
    display_name: str
    avatar_url: str | None = None


class Counts(ApiModel):
    photos: int
    followers: int
    following: int
    likes: int


class User(Person):
    """One's own profile."""

    email: str
    bio: str
    role: Literal["user", "admin"]
    counts: Counts


class LoginResponse(ApiModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - RFC 6750's word, no password
    expires_in: int = Field(description="seconds")
    user: User


# --- photos ---------------------------------------------------------------------------------------


class Tag(ApiModel):
    """`score` is the model's probability in [0, 1], null for a tag of a person's."""

    label: str
    score: float | None
    source: TagSource
    state: TagState
    model_version: str | None


class PhotoUrls(ApiModel):
    thumb: str | None = Field(description="null until the rendition is made")
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
    duplicate: bool | None = Field(default=None, description="true when these bytes were there already")


class TagCount(ApiModel):
    label: str
    count: int
    cover: Photo | None = None


# --- models ---------------------------------------------------------------------------------------


class PredictedTag(ApiModel):
    label: str
    score: float
    over_threshold: bool


class Prediction(ApiModel):
    tags: list[PredictedTag]
    model_version: str
    backbone: str
    ms: float


class LabelMetrics(BaseModel):
    label: str
    ap: float
    ap_low: float
    ap_high: float
    threshold: float
    precision: float | None
    recall: float | None
    support: int
    ece: float
    curve: list[tuple[float, float]] = []


class ModelMetrics(BaseModel):
    model_config = ConfigDict(extra="allow")

    mean_ap: float
    pr_auc_mean: float | None = None
    ece: float | None = None
    per_label: list[LabelMetrics] = []


class Model(ApiModel):
    version: str
    aliases: list[str]
    created_at: datetime
    backbone: str
    labels: list[str]
    thresholds: list[float]
    sensitive: list[str] = []
    metrics: ModelMetrics
    dataset: dict[str, Any] | None = None
    parent: str | None = None


# --- health ---------------------------------------------------------------------------------------


class Check(ApiModel):
    ok: bool
    detail: str | None = None


class Checks(ApiModel):
    database: Check
    broker: Check
    storage: Check
    model: Check


class Readiness(ApiModel):
    status: Literal["ready", "not_ready"]
    checks: Checks
