"""HTTP for resumable uploads with tus 1.0.0: https://tus.io/protocols/resumable-upload."""

from base64 import b64decode
from email.utils import format_datetime
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request, Response

from photos.intake import resumable
from photos.intake.resumable import ChunkReceiver, Progress
from photos.intake.routes.bodies import STORING, announced_bytes, pieces
from photos.kernel.http import UserId, WiredServices, canonical_id
from vignette_shared.errors import (
    BadLabel,
    BadRequest,
    ChecksumMismatch,
    ChunkMismatch,
    DecodeTimedOut,
    NotAnImage,
    NotFound,
    QuotaExceeded,
    StorageError,
    StorageFull,
    TooLarge,
    TooManyPixels,
    TruncatedImage,
    UnsupportedMediaType,
    UnsupportedTusVersion,
    UploadExpired,
    UploadLocked,
    ValidationFailed,
    WrongOffset,
)
from vignette_shared.http.operations import OperationRoute, operation, request_header

router = APIRouter(prefix="/api/v1", tags=["uploads"], route_class=OperationRoute)

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum,expiration"
BYTES = "application/offset+octet-stream"
SHA256_BYTES = 32


def require_version(request: Request) -> None:
    """Raise `UnsupportedTusVersion` unless the client names the version, as tus requires."""
    if request.headers.get("tus-resumable") != VERSION:
        raise UnsupportedTusVersion(f"Send the header `Tus-Resumable: {VERSION}` and use that version.")


UploadId = Annotated[
    str,
    Path(description="ID of the upload.", examples=["019ab1f0-8c4a-7b52-9e0d-4f6a7c8b9d10"]),
    canonical_id("There is no such upload. Create a new one."),
]
of_this_version = [Depends(require_version)]

# What the last byte of an upload can end with: everything that an upload in one request can.
COMPLETION_ERRORS = (
    NotAnImage,
    TooManyPixels,
    TruncatedImage,
    DecodeTimedOut,
    ChecksumMismatch,
    ValidationFailed,
    QuotaExceeded,
    StorageFull,
    StorageError,
)
PROGRESS = {
    "Upload-Offset": "Number of bytes received.",
    "Upload-Expires": "When the upload expires.",
    "Tus-Resumable": f"`{VERSION}`",
}
FINISHED_PHOTO = {
    "Photo-Id": "ID of the photo, once all bytes have arrived.",
    "Photo-Duplicate": "`true` when a photo with these bytes existed already.",
}
KNOWN_PHOTO = {
    "Photo-Id": "ID of your photo with the announced bytes, unless it is in the trash.",
    "Photo-Duplicate": "`true` with `Photo-Id`.",
}
TUS_RESUMABLE = request_header("Tus-Resumable", "Protocol version.", required=True, examples=[VERSION])
CREATION = [
    TUS_RESUMABLE,
    request_header("Upload-Length", "Size of the file, in bytes.", required=True, examples=["2481137"]),
    request_header(
        "Upload-Metadata",
        "Pairs of a key and a Base64 value: `filename`, `title`, `description`, `visibility`, `tags`, "
        "`album_id`, and `sha256` of the file in hex.",
        examples=["filename bGFrZS5qcGc=,tags bGFrZSxteSBkb2c="],
    ),
]
APPENDING = [
    TUS_RESUMABLE,
    request_header("Upload-Offset", "Offset of the first byte sent.", required=True, examples=["1048576"]),
    request_header(
        "Upload-Checksum",
        "`sha256` and the Base64 digest of this request's bytes. On a mismatch none of them is kept.",
        examples=["sha256 n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="],
    ),
]
CHUNK: dict[str, Any] = {
    "required": True,
    "description": "Any number of the file's bytes, from the offset on.",
    "content": {BYTES: {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}},
}


@router.options(
    "/uploads",
    **operation(
        "anyone",
        status=204,
        headers={
            "Tus-Version": f"`{VERSION}`",
            "Tus-Extension": f"`{EXTENSIONS}`",
            "Tus-Max-Size": "Maximum size of a file, in bytes.",
            "Tus-Checksum-Algorithm": "`sha256`",
        },
    ),
)
def describe_uploads(services: WiredServices) -> Response:
    """Describe the upload server.

    Returns the tus version, extensions and limits.
    """
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(services.limits.upload_bytes),
        "Tus-Checksum-Algorithm": "sha256",
    }
    return Response(status_code=204, headers=headers)


@router.post(
    "/uploads",
    dependencies=of_this_version,
    response_class=Response,
    **operation(
        "write",
        status=201,
        headers={"Location": "Address of the upload."} | PROGRESS | KNOWN_PHOTO,
        parameters=CREATION,
        rate="uploads",
        raises=(
            BadRequest,
            UnsupportedTusVersion,
            TooLarge,
            QuotaExceeded,
            UnsupportedMediaType,
            ValidationFailed,
            BadLabel,
            NotAnImage,
            StorageFull,
        ),
    ),
)
async def begin_upload(request: Request, services: WiredServices, user_id: UserId) -> Response:
    """Create a resumable upload.

    Follows [tus 1.0.0](https://tus.io/protocols/resumable-upload). Send the bytes with PATCH to
    `Location`. If the metadata contains a `sha256` and you already have a photo with these bytes, the
    answer names it and no upload is needed. Where a proxy blocks PATCH, send POST with
    `X-HTTP-Method-Override`.
    """
    if announced_bytes(request) or "transfer-encoding" in request.headers:
        raise UnsupportedMediaType("Create the upload without bytes, then send them with PATCH.")
    described = request.headers.get("upload-metadata", "")
    progress = await to_thread.run_sync(
        resumable.create_upload, services, user_id, _length(request), described
    )
    headers = _headers(progress) | {"Location": f"/api/v1/uploads/{progress.upload.id}"}
    return Response(status_code=201, headers=headers)


@router.head(
    "/uploads/{upload_id}",
    dependencies=of_this_version,
    response_class=Response,
    **operation(
        "write",
        headers={
            "Upload-Length": "Size of the file, in bytes.",
            "Upload-Metadata": "As sent at creation.",
            "Cache-Control": "`no-store`",
        }
        | PROGRESS
        | FINISHED_PHOTO,
        parameters=[TUS_RESUMABLE],
        raises=(
            NotFound,
            UploadExpired,
            UploadLocked,
            UnsupportedTusVersion,
            UnsupportedMediaType,
            *COMPLETION_ERRORS,
        ),
    ),
)
async def look_at_upload(services: WiredServices, user_id: UserId, upload_id: UploadId) -> Response:
    """Retrieve an upload's offset.

    The offset counts bytes that are on disk. If all bytes have arrived but the photo was not created,
    this request creates it and can return the same errors as the last PATCH.
    """
    progress = await to_thread.run_sync(resumable.get_progress, services, user_id, upload_id)
    if progress.stored is None and progress.offset == progress.upload.length:
        progress = await to_thread.run_sync(
            resumable.finish_upload, services, user_id, upload_id, limiter=STORING
        )
    headers = {"Upload-Length": str(progress.upload.length), "Cache-Control": "no-store"}
    if progress.upload.described:
        headers["Upload-Metadata"] = progress.upload.described
    return Response(headers=_headers(progress) | headers)


@router.patch(
    "/uploads/{upload_id}",
    dependencies=of_this_version,
    **operation(
        "write",
        status=204,
        headers=PROGRESS | FINISHED_PHOTO,
        parameters=APPENDING,
        body=CHUNK,
        rate="transfers",
        body_limit="chunk",
        raises=(
            BadRequest,
            NotFound,
            WrongOffset,
            UploadExpired,
            UnsupportedTusVersion,
            UnsupportedMediaType,
            UploadLocked,
            ChunkMismatch,
            *COMPLETION_ERRORS,
        ),
    ),
)
async def append_to_upload(
    request: Request, services: WiredServices, user_id: UserId, upload_id: UploadId
) -> Response:
    """Append bytes to an upload.

    An interrupted request keeps the bytes that arrived, unless it has a checksum. The last byte creates
    the photo. If the file is not a valid photo, the request is refused and the upload is deleted.
    """
    if request.headers.get("content-type") != BYTES:
        raise UnsupportedMediaType(f"Send the bytes as {BYTES}.")
    offset = _number(request, "upload-offset")
    start = partial(ChunkReceiver, services, user_id, upload_id, offset, _checksum(request))
    with await to_thread.run_sync(start) as receiver:
        receiver.expect(announced_bytes(request))
        async for piece in pieces(request):
            await to_thread.run_sync(receiver.write, piece)
        progress = await to_thread.run_sync(receiver.finish, limiter=STORING)
    return Response(status_code=204, headers=_headers(progress))


@router.delete(
    "/uploads/{upload_id}",
    dependencies=of_this_version,
    **operation(
        "write",
        status=204,
        headers={"Tus-Resumable": f"`{VERSION}`"},
        parameters=[TUS_RESUMABLE],
        raises=(NotFound, UploadExpired, UnsupportedTusVersion, UploadLocked, StorageError),
    ),
)
def cancel_upload(services: WiredServices, user_id: UserId, upload_id: UploadId) -> Response:
    """Cancel an upload.

    Deletes the upload and its bytes. A photo that it has already created is kept.
    """
    resumable.cancel_upload(services, user_id, upload_id)
    return Response(status_code=204)


def _headers(progress: Progress) -> dict[str, str]:
    headers = {
        "Upload-Offset": str(progress.offset),
        "Upload-Expires": format_datetime(progress.upload.expires_at, usegmt=True),
    }
    if progress.stored is not None:
        headers["Photo-Id"] = progress.stored.photo_id
        if progress.stored.duplicate:
            headers["Photo-Duplicate"] = "true"
    return headers


def _length(request: Request) -> int:
    if "upload-concat" in request.headers:
        raise BadRequest("Concatenation is not supported. Send the file as one upload.")
    if "upload-defer-length" in request.headers:
        raise BadRequest("Send `Upload-Length`. Deferring the length is not supported.")
    return _number(request, "upload-length")


def _number(request: Request, name: str) -> int:
    raw = request.headers.get(name, "")
    # 19 digits hold any size in bytes; parsing more would only cost time.
    if not raw.isascii() or not raw.isdecimal() or len(raw) > 19:
        raise BadRequest(f"The header `{name}` must be a whole number of bytes.")
    return int(raw)


def _checksum(request: Request) -> bytes | None:
    header = request.headers.get("upload-checksum")
    if header is None:
        return None
    algorithm, _, encoded = header.strip().partition(" ")
    if algorithm != "sha256":
        raise BadRequest("The checksum must be `sha256` followed by the Base64 digest.")
    try:
        digest = b64decode(encoded, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != SHA256_BYTES:
        raise BadRequest("`Upload-Checksum: sha256` must be followed by the 32-byte digest in Base64.")
    return digest
