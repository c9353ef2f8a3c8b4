"""Parsing an upload's fields, from a multipart form or from the tus header `Upload-Metadata`."""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from photos.intake.uploads import UploadForm
from photos.tags.labels import parse_labels
from vignette_shared.contracts.api import Description, Title, Visibility
from vignette_shared.errors import BadRequest, ValidationFailed

MAX_METADATA = 64 * 1024
"""Bytes of the header; a proxy in front may allow less."""
_KEY = re.compile(r"[!-+\--~]+")
"""A key, as tus defines it: printable ASCII without spaces and commas."""


def _one_spelling(raw: str) -> str:
    if not raw:
        return ""
    try:
        return str(UUID(raw))
    except ValueError as error:
        raise ValueError("You have no such album.") from error


class _Fields(BaseModel):
    """The known text fields; others are ignored."""

    model_config = ConfigDict(extra="ignore")

    title: Title = ""
    description: Description = ""
    visibility: Visibility | None = None
    tags: str = ""
    album_id: Annotated[str, AfterValidator(_one_spelling)] = ""
    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9A-Fa-f]{64})?$")] = ""


def read_fields(fields: Mapping[str, str], file_name: str) -> UploadForm:
    """Validate the fields; raises `ValidationFailed` or `BadLabel`."""
    try:
        # Postgres can't store null characters, and people don't type them.
        read = _Fields.model_validate({name: value.replace("\0", "") for name, value in fields.items()})
    except ValidationError as error:
        problems = [
            {
                "field": ".".join(str(part) for part in item["loc"]),
                "message": item["msg"].removeprefix("Value error, "),
            }
            for item in error.errors()
        ]
        raise refused(problems) from error
    return UploadForm(
        file_name=file_name.replace("\0", ""),
        title=read.title,
        description=read.description,
        visibility=read.visibility,
        tags=parse_labels(read.tags),
        album_id=read.album_id or None,
        sha256=read.sha256 or None,
    )


def read_metadata(header: str) -> UploadForm:
    """Parse `key base64,key base64`; raises `BadRequest`, and as `read_fields`."""
    if len(header) > MAX_METADATA:
        raise BadRequest(f"Upload-Metadata is longer than {MAX_METADATA} bytes.")
    fields: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, encoded = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in fields:
            raise BadRequest("Upload-Metadata must list pairs of a key and a Base64 value, each key once.")
        try:
            # Strict, because `b64decode` otherwise skips characters outside its alphabet.
            fields[key] = b64decode(encoded, validate=True).decode("utf-8")
        except ValueError as error:
            raise BadRequest(f"Upload-Metadata: the value of {key!r} is not Base64 of UTF-8 text.") from error
    return read_fields(fields, fields.get("filename", fields.get("name", "")))


def refused(errors: list[dict[str, Any]]) -> ValidationFailed:
    """Return the error that lists the invalid fields."""
    named = ", ".join(item["field"] for item in errors if item["field"])
    return ValidationFailed(f"Check: {named}." if named else errors[0]["message"], errors=errors)
