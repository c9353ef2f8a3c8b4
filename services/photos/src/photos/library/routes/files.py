"""HTTP for a photo's files: strong ETags, single ranges, and caching by visibility."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from photos.kernel.http import Caller, PhotoId, WiredServices
from photos.library.etags import names_etag
from photos.library.files import PhotoFile, find_file
from vignette_shared.contracts.api import RenditionSize
from vignette_shared.errors import (
    DecodeTimedOut,
    ImageError,
    NotFound,
    RangeNotSatisfiable,
    StorageError,
    StorageFull,
)
from vignette_shared.http.operations import (
    OperationRoute,
    image_bytes,
    operation,
    request_header,
    response_headers,
)
from vignette_shared.http.problems import problem_response, request_id_of

router = APIRouter(prefix="/api/v1", tags=["photos"], route_class=OperationRoute)
IN_ONE_PIECE = 1024 * 1024
"""Bytes below which a file is sent at once: nearly every rendition, and cheaper than a stream."""

# 19 digits hold any size; parsing more would only cost time.
_RANGE = re.compile(r"^bytes=(\d{0,19})-(\d{0,19})$")
_CACHING = {
    # Minutes, because a photo may become private. The ETag makes revalidation cheap.
    "public": "public, max-age=600",
    "unlisted": "private, max-age=600",
    "private": "private, no-store",
    # May be stored but must be revalidated, because it ends with the link.
    "shared": "private, no-cache",
}


FILE_HEADERS = {
    "ETag": "Strong ETag of the file.",
    "Accept-Ranges": "`bytes`",
    "Cache-Control": "How long the file may be cached.",
}
PART_HEADERS = {"Content-Range": "The range that is returned."}
NOT_MODIFIED = {"description": "Not modified."}
REQUEST_HEADERS = (
    request_header("Range", "A single range, `bytes=first-last`."),
    request_header("If-None-Match", "ETag of a cached copy."),
)
ERRORS = (NotFound, RangeNotSatisfiable, StorageError, StorageFull, ImageError, DecodeTimedOut)


# HEAD is a separate operation, which does not read the file.
@router.head(
    "/photos/{photo_id}/file",
    response_class=Response,
    operation_id="head_photo_file",
    summary="Retrieve the headers of a photo's file",
    **operation(
        "anyone",
        returns="As GET, without the bytes.",
        headers=FILE_HEADERS | {"Content-Length": "Size of the file, in bytes."},
        responses={
            206: {"description": "As GET with a range.", "headers": response_headers(PART_HEADERS)},
            304: NOT_MODIFIED,
        },
        parameters=REQUEST_HEADERS,
        raises=ERRORS,
    ),
)
@router.get(
    "/photos/{photo_id}/file",
    response_class=Response,
    **operation(
        "anyone",
        responses={
            200: image_bytes("The file.", FILE_HEADERS),
            206: image_bytes("The requested range.", PART_HEADERS),
            304: NOT_MODIFIED,
        },
        parameters=REQUEST_HEADERS,
        rate="transfers",
        raises=ERRORS,
    ),
)
def get_photo_file(
    request: Request,
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    size: Annotated[RenditionSize, Query(description="Rendition to download.")] = "preview",
    share: Annotated[
        str | None, Query(max_length=128, description="Signature from the addresses of a shared album.")
    ] = None,
) -> Response:
    """Download a photo's file.

    `preview` fits in 1600 px, `medium` in 1024 px and `thumb` in 400 px; all are upright and have no
    location metadata. `original` returns the uploaded bytes to the owner. If the owner allows
    downloads, other users get a copy without location and maker notes.
    """
    file = find_file(services, photo_id, size, caller, share)
    headers = _headers(file)
    known = request.headers.get("if-none-match")
    if known is not None and names_etag(known, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if request.headers.get("if-range") not in (None, headers["ETag"]):
        wanted = None  # a range of another version is useless
    try:
        part = _parse_range(wanted, file.bytes)
    except RangeNotSatisfiable as error:
        refusal = problem_response(error, request_id_of(request))
        refusal.headers["Content-Range"] = f"bytes */{file.bytes}"
        return refusal
    start, end = part or (0, file.bytes)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.bytes}"
    headers["Content-Length"] = str(end - start)
    status = 206 if part else 200
    if request.method == "HEAD":
        return Response(None, status, headers, file.media_type)
    pieces = services.store.read(file.key, start, end)
    if end - start <= IN_ONE_PIECE:
        return Response(b"".join(pieces), status, headers, file.media_type)
    return StreamingResponse(pieces, status, headers, file.media_type)


def _headers(file: PhotoFile) -> dict[str, str]:
    return {
        "ETag": f'"{file.etag}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store" if file.original else _CACHING[file.caching],
        # An original holds whatever its owner sent, so no browser may interpret it as HTML.
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": _disposition("attachment" if file.original else "inline", file.file_name),
    }


def _disposition(kind: str, name: str) -> str:
    """Return an RFC 6266 header: the name in UTF-8, and an ASCII version for old clients."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return start and end (exclusive) of a single range; None to send everything.

    A malformed header and multiple ranges are ignored, as RFC 9110 allows.

    Raises:
        RangeNotSatisfiable: the range starts after the end of the file, or is empty.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        start, end = max(0, size - int(match[2])), size
    else:
        start = int(match[1])
        last = int(match[2]) if match[2] else size - 1
        if last < start and match[2]:
            return None
        end = min(last + 1, size)
    if start >= end:
        raise RangeNotSatisfiable(f"The range is outside the file, which has {size} bytes.")
    return start, end
