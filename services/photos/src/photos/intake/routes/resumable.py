"""Resumable uploads by tus 1.0.0: https://tus.io/protocols/resumable-upload."""

from base64 import b64decode
from email.utils import format_datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request, Response

from photos.intake import resumable
from photos.intake.resumable import ChunkReceiver, Progress
from photos.intake.routes.bodies import STORING, announced_bytes, pieces
from photos.kernel.http import WiredServices, WriterId
from vignette_shared.errors import BadRequest, NotFound, UnsupportedMediaType, UnsupportedTusVersion

router = APIRouter(prefix="/api/v1")

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum,expiration"
BYTES = "application/offset+octet-stream"
SHA256_BYTES = 32


def require_version(request: Request) -> None:
    """Raises `UnsupportedTusVersion`; a client must say which one it speaks."""
    if request.headers.get("tus-resumable") != VERSION:
        raise UnsupportedTusVersion(f"Send the header `Tus-Resumable: {VERSION}`, and upload by that.")


def upload_id_of(upload_id: Annotated[str, Path()]) -> str:
    """Bring an id into its one spelling; what is no UUID is the id of nothing."""
    try:
        return str(UUID(upload_id))
    except ValueError as error:
        raise NotFound("There is no such upload. Create a new one.") from error


UploadId = Annotated[str, Depends(upload_id_of)]
of_this_version = [Depends(require_version)]


@router.options("/uploads", status_code=204, response_class=Response)
def describe(services: WiredServices) -> Response:
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(services.limits.upload_bytes),
        "Tus-Checksum-Algorithm": "sha256",
    }
    return Response(status_code=204, headers=headers)


@router.post("/uploads", status_code=201, response_class=Response, dependencies=of_this_version)
async def begin(request: Request, services: WiredServices, user_id: WriterId) -> Response:
    if announced_bytes(request) or "transfer-encoding" in request.headers:
        raise UnsupportedMediaType("Begin the upload without its bytes, and send them by PATCH.")
    described = request.headers.get("upload-metadata", "")
    progress = await to_thread.run_sync(
        resumable.create_upload, services, user_id, _length(request), described
    )
    headers = _headers(progress) | {"Location": f"/api/v1/uploads/{progress.upload.id}"}
    return Response(status_code=201, headers=headers)


@router.head("/uploads/{upload_id}", response_class=Response, dependencies=of_this_version)
async def look(services: WiredServices, user_id: WriterId, upload_id: UploadId) -> Response:
    progress = await to_thread.run_sync(resumable.get_progress, services, user_id, upload_id)
    if progress.stored is None and progress.offset == progress.upload.length:
        progress = await to_thread.run_sync(
            resumable.finish_upload, services, user_id, upload_id, limiter=STORING
        )
    headers = {"Upload-Length": str(progress.upload.length), "Cache-Control": "no-store"}
    if progress.upload.described:
        headers["Upload-Metadata"] = progress.upload.described
    return Response(headers=_headers(progress) | headers)


@router.patch("/uploads/{upload_id}", status_code=204, response_class=Response, dependencies=of_this_version)
async def go_on(
    request: Request, services: WiredServices, user_id: WriterId, upload_id: UploadId
) -> Response:
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


@router.delete("/uploads/{upload_id}", status_code=204, response_class=Response, dependencies=of_this_version)
def cancel(services: WiredServices, user_id: WriterId, upload_id: UploadId) -> Response:
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
        raise BadRequest("Parts of a file can't be joined here: send it as one upload.")
    if "upload-defer-length" in request.headers:
        raise BadRequest("Say with `Upload-Length` how many bytes the file has: it can't be told later.")
    return _number(request, "upload-length")


def _number(request: Request, name: str) -> int:
    raw = request.headers.get(name, "")
    # As many digits as any count of bytes needs; the rest would only be work to read.
    if not raw.isascii() or not raw.isdecimal() or len(raw) > 19:
        raise BadRequest(f"The header `{name}` must be a whole number of bytes.")
    return int(raw)


def _checksum(request: Request) -> bytes | None:
    header = request.headers.get("upload-checksum")
    if header is None:
        return None
    algorithm, _, encoded = header.strip().partition(" ")
    if algorithm != "sha256":
        raise BadRequest("The checksum of a chunk is taken as `sha256` and the digest in Base64.")
    try:
        digest = b64decode(encoded, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != SHA256_BYTES:
        raise BadRequest("`Upload-Checksum: sha256` is followed by the 32 bytes of the digest in Base64.")
    return digest
