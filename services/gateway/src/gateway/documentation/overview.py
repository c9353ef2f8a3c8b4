"""What the OpenAPI document says beyond types: examples, bodies that are streamed, who may call."""

from typing import Any

from gateway.access.sessions import COOKIE
from vignette_shared.errors import (
    AuthenticationRequired,
    BadOrigin,
    MissingScope,
    ServiceUnavailable,
    TooLarge,
    VignetteError,
)
from vignette_shared.http.problems import problems

TAGS = [
    {"name": "auth", "description": "Accounts and sessions."},
    {"name": "people", "description": "Pages of people, and how they stand to each other."},
    {"name": "photos", "description": "Photos, their files and their tags."},
    {"name": "albums", "description": "Albums, their order, and links that open them without an account."},
    {"name": "uploads", "description": "Uploads that survive a line that breaks, by tus 1.0.0."},
    {"name": "tagging", "description": "The model, and tags for pictures that are not stored."},
    {"name": "events", "description": "What happens to one's photos, as it happens."},
    {"name": "admin", "description": "Moderation, accounts, queues: for admins, with the scope `admin`."},
    {"name": "operations", "description": "Health and metrics, outside `/api/v1`."},
]
DESCRIPTION = """\
Photos that describe themselves: upload one, and a second later it carries its tags.

Errors are `application/problem+json` (RFC 9457); `code` is the stable word to switch on.
Sign in with the cookie that `POST /auth/login` sets (a state-changing request then needs an `Origin` of
this site), or with `Authorization: Bearer <token>`: an `access_token`, or an API key (`vgn_…`) with the
scopes `read`, `write` or `admin`.

Lists are pages, `{"items": […], "next_cursor": …}`: send `next_cursor` as `cursor` for the next one; null
ends them. Times are RFC 3339 in UTC, ids UUIDs. Beyond the limits of a minute comes 429 with `Retry-After`
in seconds. Every GET of data also answers HEAD."""

# Written here rather than as FastAPI's security dependencies, which cost every request a fifth of its time
# and would do nothing: `Sessions` reads the headers itself, since a wrong one must not pass for none.
SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "`access_token` of a login, or an API key (`vgn_…`) with the scope that is needed",
    },
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "set by a login"},
}
FOR_MEMBERS: dict[str, Any] = {"security": [{name: []} for name in SECURITY_SCHEMES]}
FOR_ANYONE: dict[str, Any] = {"security": [*FOR_MEMBERS["security"], {}]}
"""OpenAPI says that credentials are optional by an empty alternative."""

PHOTO = {
    "id": "019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11",
    "owner": {"username": "anna", "display_name": "Anna", "avatar_url": None},
    "title": "Evening at the lake",
    "description": "",
    "alt_text": "Photo of lake, by Anna",
    "visibility": "public",
    "status": "tagged",
    "width": 4032,
    "height": 3024,
    "bytes": 2481137,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "media_type": "image/jpeg",
    "taken_at": "2026-05-03T19:21:07Z",
    "created_at": "2026-05-04T08:00:00Z",
    "thumbhash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
    "urls": {
        "thumb": "/api/v1/photos/019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11/file?size=thumb",
        "medium": "/api/v1/photos/019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11/file?size=medium",
        "preview": "/api/v1/photos/019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11/file?size=preview",
        "original": None,
    },
    "tags": [
        {
            "label": "lake",
            "score": 0.93,
            "source": "model",
            "state": "suggested",
            "model_version": "20261101T120000Z-1a2b3c4d",
        }
    ],
    "liked": False,
    "like_count": 0,
    "comment_count": 0,
    "camera": None,
    "location": None,
    "failure": None,
    "duplicate": None,
}
USER = {
    "username": "anna",
    "display_name": "Anna",
    "avatar_url": None,
    "email": "anna@example.org",
    "bio": "",
    "role": "user",
    "counts": {"photos": 3, "followers": 0, "following": 0, "likes": 0},
}
PREDICTION = {
    "tags": [{"label": "lake", "score": 0.93, "over_threshold": True}],
    "model_version": "20261101T120000Z-1a2b3c4d",
    "backbone": "3f1c9a2e7b5d4c60",
    "ms": 41.7,
}
READY = {
    "status": "ready",
    "checks": {name: {"ok": True, "detail": None} for name in ("database", "broker", "storage", "model")},
}
EVENT_STREAM = """\
retry: 3000

id: 1762601234567-0
event: photo.tagged
data: {"photo_id": "019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11", "status": "tagged", "tags": []}

: keep-alive

"""


def answer(description: str, example: Any = None, **headers: str) -> dict[str, Any]:
    """Describe a good answer: its JSON example and its headers by name (`_` for `-`)."""
    described: dict[str, Any] = {"description": description}
    if example is not None:
        described["content"] = {"application/json": {"example": example}}
    if headers:
        described["headers"] = {
            name.replace("_", "-"): {"description": text, "schema": {"type": "string"}}
            for name, text in headers.items()
        }
    return described


def binary(description: str, **headers: str) -> dict[str, Any]:
    """Describe an answer of image bytes."""
    content = {"image/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}}
    return {**answer(description, **headers), "content": content}


def forwarded(*errors: type[VignetteError]) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route that the photos service answers."""
    return problems(*errors, ServiceUnavailable)


def for_members(*errors: type[VignetteError]) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a forwarded route that wants a sign-in with a scope."""
    return forwarded(AuthenticationRequired, MissingScope, *errors)


def changing(*errors: type[VignetteError]) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a forwarded route that changes something by the session cookie."""
    return for_members(BadOrigin, *errors)


def with_body(*errors: type[VignetteError]) -> tuple[type[VignetteError], ...]:
    """Add what any request with a body can run into."""
    return (TooLarge, *errors)


def multipart(file: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """Describe a multipart body that is streamed, and so not declared by parameters."""
    properties = {
        "file": {"type": "string", "contentMediaType": "application/octet-stream", "description": file},
        **fields,
    }
    schema = {"type": "object", "required": ["file"], "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
