"""The multipart upload, streamed to disk so that the file is never in memory as a whole."""

from dataclasses import replace

from anyio import to_thread
from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from photos.intake.forms import read_fields, refused
from photos.intake.routes.bodies import announced_bytes, pieces
from photos.intake.uploads import UploadForm
from photos.kernel.staging import StagingFile
from vignette_shared.errors import BadRequest, UnsupportedMediaType

FIELDS_LIMIT = 64 * 1024
"""Maximum bytes of all fields except the file."""


async def receive_upload(request: Request, staging: StagingFile) -> UploadForm:
    """Read the request's body into `staging` and its fields.

    Raises:
        UnsupportedMediaType: the body is no multipart form.
        BadRequest: the form is incomplete or malformed.
        ValidationFailed, BadLabel: no file, or a field that can't be taken.
        TooLarge, StorageFull, StorageError: as `StagingFile.write`.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not (boundary := options.get(b"boundary")):
        raise UnsupportedMediaType("Send the photo as multipart/form-data, in the field `file`.")
    staging.expect(least_file_bytes(request))
    form = _FormParser(boundary, staging)
    async for piece in pieces(request):
        await to_thread.run_sync(form.feed, piece)
    return form.finish(request.headers.get("x-content-sha256"))


def least_file_bytes(request: Request) -> int:
    """Return the minimum size of the file that follows from Content-Length."""
    return max(0, announced_bytes(request) - FIELDS_LIMIT)


class _FormParser:
    """Parses a form: writes the file to the staged file and collects the fields."""

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
            raise BadRequest("The form is incomplete. Send it again.")
        if self._file_name is None:
            raise refused([{"field": "file", "message": "The photo is missing."}])
        fields = {name: raw.decode("utf-8", "replace") for name, raw in self._fields.items()}
        fields.pop("sha256", None)  # only the header may set it
        return replace(read_fields(fields, self._file_name), sha256=sha256)

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
                self._part += b","  # the field may be repeated
            elif self._part:
                self._part.clear()
            return
        if self._file_name is not None:
            raise refused([{"field": "file", "message": "One photo at a time."}])
        self._part = None
        self._file_name = options.get(b"filename", b"").decode("utf-8", "replace")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._part is None:
            self._staging.write(data[start:end])
            return
        self._field_bytes += end - start
        if self._field_bytes > FIELDS_LIMIT:
            raise refused([{"field": "", "message": f"The fields are longer than {FIELDS_LIMIT} bytes."}])
        self._part += data[start:end]

    def _end(self) -> None:
        self._ended = True
