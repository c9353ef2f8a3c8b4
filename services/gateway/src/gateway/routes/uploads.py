"""Resumable uploads by tus 1.0.0."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, WithParts, Writer
from gateway.documentation.overview import FOR_ANYONE, FOR_MEMBERS, answer, changing, for_members, forwarded
from gateway.forwarding.relay import forward
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

router = APIRouter()

ID = "019ab1f0-8c4a-7b52-9e0d-4f6a7c8b9d10"
UploadId = Annotated[str, Path(description="UUID of the upload", examples=[ID])]
BYTES = "application/offset+octet-stream"
# What ends an upload with its last byte: all that an upload in one piece can end by.
ENDS = (
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
    "Upload_Offset": "bytes that have arrived",
    "Upload_Expires": "until when it can go on",
    "Tus_Resumable": "`1.0.0`",
}
PHOTO_ID = {
    "Photo_Id": "the photo, once all bytes are there",
    "Photo_Duplicate": "`true` when these bytes were there already",
}

PHOTO_KNOWN = {
    "Photo_Id": "one's photo of the announced bytes, unless it lies in the trash",
    "Photo_Duplicate": "`true` with `Photo-Id`",
}


def header(name: str, text: str, example: str, *, required: bool = False) -> dict[str, Any]:
    """Describe a header that photos reads; a missing one is answered in tus' own way."""
    schema = {"type": "string", "examples": [example]}
    return {"name": name, "in": "header", "required": required, "description": text, "schema": schema}


RESUMABLE = header("Tus-Resumable", "the protocol's version", "1.0.0", required=True)
BEGINNING = [
    RESUMABLE,
    header("Upload-Length", "bytes of the file", "2481137", required=True),
    header(
        "Upload-Metadata",
        "pairs of a key and a value in Base64: `filename`, `title`, `description`, `visibility`, `tags`, "
        "`album_id`, and `sha256` of the file in hex",
        "filename bGFrZS5qcGc=,tags bGFrZSxteSBkb2c=",
    ),
]
GOING_ON = [
    RESUMABLE,
    header("Upload-Offset", "the byte to go on from", "1048576", required=True),
    header(
        "Upload-Checksum",
        "`sha256` and the digest of this request's bytes in Base64; with other bytes none of them counts",
        "sha256 n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    ),
]
CHUNK: dict[str, Any] = {
    "required": True,
    "description": "The file's bytes from the offset on, as many as one likes",
    "content": {BYTES: {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}},
}


@router.options(
    "/uploads",
    operation_id="describe_uploads",
    summary="What this tus server can",
    status_code=204,
    response_class=Response,
    responses={
        204: answer(
            "Its abilities",
            Tus_Version="`1.0.0`",
            Tus_Extension="`creation,termination,checksum,expiration`",
            Tus_Max_Size="bytes of one file",
            Tus_Checksum_Algorithm="`sha256`",
        ),
        **forwarded(),
    },
    openapi_extra=FOR_ANYONE,
    tags=["uploads"],
)
async def describe_uploads(request: Request, parts: WithParts, caller: AnyCaller) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/uploads",
    operation_id="begin_upload",
    summary="Begin an upload that may break off",
    description=(
        "By [tus 1.0.0](https://tus.io/protocols/resumable-upload); its bytes follow by PATCH to `Location`. "
        "If the metadata tells a `sha256` and one has a photo of these bytes, the answer names it: then they "
        "need not be sent. "
        "Where a proxy knows no PATCH, POST with `X-HTTP-Method-Override` does as well."
    ),
    status_code=201,
    response_class=Response,
    responses={
        201: answer("It has begun", Location="address of the upload", **PROGRESS, **PHOTO_KNOWN),
        **changing(
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
    },
    openapi_extra={**FOR_MEMBERS, "parameters": BEGINNING},
    tags=["uploads"],
)
async def begin_upload(request: Request, parts: WithParts, caller: Writer) -> Response:
    return await forward(request, parts.photos, caller)


@router.head(
    "/uploads/{upload_id}",
    operation_id="look_at_upload",
    summary="How far an upload is",
    description=(
        "What is counted is on the disk. If all of it is, and the request that brought the last byte died "
        "before its photo was made, that is done now; so this can end as that one would have. "
        "As of every HEAD, only the status and the headers arrive."
    ),
    response_class=Response,
    responses={
        200: answer(
            "Where to go on",
            Upload_Length="bytes of the file",
            Upload_Metadata="as it was sent",
            Cache_Control="`no-store`",
            **PROGRESS,
            **PHOTO_ID,
        ),
        **for_members(
            NotFound, UploadExpired, UploadLocked, UnsupportedTusVersion, UnsupportedMediaType, *ENDS
        ),
    },
    openapi_extra={**FOR_MEMBERS, "parameters": [RESUMABLE]},
    tags=["uploads"],
)
async def look_at_upload(request: Request, parts: WithParts, caller: Writer, upload_id: UploadId) -> Response:
    return await forward(request, parts.photos, caller)


@router.patch(
    "/uploads/{upload_id}",
    operation_id="append_to_upload",
    summary="Go on with an upload",
    description=(
        "A request that breaks off keeps what arrived, unless it has a checksum. The last byte makes the "
        "photo; a file that is no photo is refused then, and the upload is gone."
    ),
    status_code=204,
    response_class=Response,
    responses={
        204: answer("These bytes are on the disk", **PROGRESS, **PHOTO_ID),
        **changing(
            BadRequest,
            NotFound,
            WrongOffset,
            UploadExpired,
            UnsupportedTusVersion,
            TooLarge,
            UnsupportedMediaType,
            UploadLocked,
            ChunkMismatch,
            *ENDS,
        ),
    },
    openapi_extra={**FOR_MEMBERS, "parameters": GOING_ON, "requestBody": CHUNK},
    tags=["uploads"],
)
async def append_to_upload(
    request: Request, parts: WithParts, caller: Writer, upload_id: UploadId
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/uploads/{upload_id}",
    operation_id="cancel_upload",
    summary="Forget an upload and its bytes",
    description="A photo that it has become stays.",
    status_code=204,
    response_class=Response,
    responses={
        204: answer("It is gone", Tus_Resumable="`1.0.0`"),
        **changing(NotFound, UploadExpired, UnsupportedTusVersion, UploadLocked, StorageError),
    },
    openapi_extra={**FOR_MEMBERS, "parameters": [RESUMABLE]},
    tags=["uploads"],
)
async def cancel_upload(request: Request, parts: WithParts, caller: Writer, upload_id: UploadId) -> Response:
    return await forward(request, parts.photos, caller)
