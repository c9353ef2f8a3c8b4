"""The upload's body, read as it comes: the file goes to the disk, never as a whole into memory."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import Request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from photos.service.labels import parse_labels
from photos.service.staging import StagingFile
from photos.service.uploads import MAX_TITLE, UploadForm
from vignette_shared.contracts.api import Visibility
from vignette_shared.errors import BadRequest, UnsupportedMediaType, ValidationFailed

PIECE = 256 * 1024
"""Bytes handed to a thread at a time: enough that hashing outweighs the handing over."""

FIELDS_LIMIT = 64 * 1024
"""Bytes of all fields but the file."""


class _Fields(BaseModel):
    """The form's text fields; others are passed over."""

    model_config = ConfigDict(extra="ignore")

    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TITLE)] = ""
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""
    visibility: Visibility = "public"
    tags: str = ""
    album_id: str = ""


async def receive_upload(request: Request, staging: StagingFile) -> UploadForm:
    """Read the request's body into `staging` and its fields.

    Raises:
        UnsupportedMediaType: the body is no multipart form.
        BadRequest: the form breaks off or is malformed.
        ValidationFailed, BadLabel: no file, or a field that can't be taken.
        TooLarge, StorageFull, StorageError: as `StagingFile.write`.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not (boundary := options.get(b"boundary")):
        raise UnsupportedMediaType("Send the photo as multipart/form-data, in the field `file`.")
    if (announced := request.headers.get("content-length", "")).isdecimal():
        staging.expect(max(0, int(announced) - FIELDS_LIMIT))
    form = _FormParser(boundary, staging)
    piece = bytearray()
    try:
        async for chunk in request.stream():
            piece += chunk
            if len(piece) >= PIECE:
                await to_thread.run_sync(form.feed, bytes(piece))
                piece.clear()
    except ClientDisconnect as error:
        raise BadRequest("The upload broke off: send it again.") from error
    await to_thread.run_sync(form.feed, bytes(piece))
    return form.finish(request.headers.get("x-content-sha256"))


class _FormParser:
    """Sorts a form's parts: the file to the staging file, the fields into a dict."""

    def __init__(self, boundary: bytes, staging: StagingFile) -> None:
        self._staging = staging
        self._fields: dict[str, bytearray] = {}
        self._field_bytes = 0
        self._file_name: str | None = None
        self._ended = False
        self._part: bytearray | None = None
        self._header = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_data,
                "on_part_data": self._take_data,
                "on_end": self._end,
            },
        )

    def feed(self, data: bytes) -> None:
        try:
            self._parser.write(data)
        except MultipartParseError as error:
            raise BadRequest("The form is malformed: send it as multipart/form-data.") from error

    def finish(self, sha256: str | None) -> UploadForm:
        if not self._ended:
            raise BadRequest("The upload breaks off before its end: send it again.")
        if self._file_name is None:
            raise _refused([{"field": "file", "message": "The photo is missing."}])
        try:
            fields = _Fields.model_validate({name: _text(raw) for name, raw in self._fields.items()})
        except ValidationError as error:
            found = [
                {"field": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
                for item in error.errors()
            ]
            raise _refused(found) from error
        if fields.album_id:
            raise _refused([{"field": "album_id", "message": "There is no such album."}])
        return UploadForm(
            file_name=self._file_name,
            title=fields.title,
            description=fields.description,
            visibility=fields.visibility,
            tags=parse_labels(fields.tags),
            sha256=sha256,
        )

    def _begin_part(self) -> None:
        self._headers = {}

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = bytearray(), bytearray()

    def _begin_data(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if name != "file":
            self._part = self._fields.setdefault(name, bytearray())
            if name == "tags" and self._part:
                self._part += b","  # the field may come several times
            elif self._part:
                self._part.clear()
            return
        if self._file_name is not None:
            raise _refused([{"field": "file", "message": "One photo at a time."}])
        self._part = None
        self._file_name = options.get(b"filename", b"").decode("utf-8", "replace")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._part is None:
            self._staging.write(data[start:end])
            return
        self._field_bytes += end - start
        if self._field_bytes > FIELDS_LIMIT:
            raise _refused([{"field": "", "message": f"The fields are longer than {FIELDS_LIMIT} bytes."}])
        self._part += data[start:end]

    def _end(self) -> None:
        self._ended = True


def _text(raw: bytearray) -> str:
    # A NUL is no text to Postgres, and nobody types one.
    return raw.decode("utf-8", "replace").replace("\0", "")


def _refused(errors: list[dict[str, Any]]) -> ValidationFailed:
    named = ", ".join(item["field"] for item in errors if item["field"])
    return ValidationFailed(f"Check: {named}." if named else errors[0]["message"], errors=errors)
