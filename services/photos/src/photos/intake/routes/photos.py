"""HTTP for uploads in one request."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from photos.intake.routes.bodies import STORING
from photos.intake.routes.multipart import least_file_bytes, receive_upload
from photos.intake.uploads import check_quota, store_upload
from photos.kernel.http import Caller, UserId, WiredServices
from photos.kernel.staging import StagingFile
from photos.library import photos
from vignette_shared.contracts.api import Photo
from vignette_shared.errors import (
    BadLabel,
    BadRequest,
    ChecksumMismatch,
    DecodeTimedOut,
    NotAnImage,
    QuotaExceeded,
    StorageError,
    StorageFull,
    TooManyPixels,
    TruncatedImage,
    UnsupportedMediaType,
    ValidationFailed,
)
from vignette_shared.http.operations import OperationRoute, multipart_body, operation, request_header

router = APIRouter(prefix="/api/v1", tags=["photos"], route_class=OperationRoute)

UPLOAD = multipart_body(
    "The photo: JPEG, PNG, WebP, GIF, TIFF, HEIC or AVIF, detected from its content.",
    title={"type": "string", "maxLength": 200, "default": ""},
    description={"type": "string", "maxLength": 5000, "default": ""},
    visibility={
        "type": "string",
        "enum": ["public", "unlisted", "private"],
        "description": "Defaults to the account's default visibility, initially `public`.",
    },
    tags={"type": "string", "default": "", "description": "Your own tags, separated by commas."},
    album_id={"type": "string", "description": "ID of one of your albums to add the photo to."},
)
CHECKSUM = request_header(
    "X-Content-SHA256",
    "SHA-256 of the file, in hex. A file with other bytes is refused.",
    pattern="^[0-9a-fA-F]{64}$",
)


@router.post(
    "/photos",
    response_model=Photo,
    **operation(
        "write",
        status=201,
        returns="The new photo.",
        headers={"Location": "Address of the photo."},
        responses={
            200: {"description": "The bytes are already stored; `duplicate` is true.", "model": Photo}
        },
        parameters=[CHECKSUM],
        body=UPLOAD,
        rate="uploads",
        body_limit="form",
        raises=(
            QuotaExceeded,
            UnsupportedMediaType,
            ValidationFailed,
            NotAnImage,
            TooManyPixels,
            TruncatedImage,
            DecodeTimedOut,
            ChecksumMismatch,
            BadLabel,
            BadRequest,
            StorageFull,
            StorageError,
        ),
    ),
)
async def create_photo(
    request: Request, services: WiredServices, caller: Caller, user_id: UserId
) -> Response:
    """Upload a photo.

    The photo is stored when the request returns. Renditions and tags follow within seconds and are
    announced on `/events`.
    """
    if announced := least_file_bytes(request):
        announced_sha256 = request.headers.get("x-content-sha256", "")
        await to_thread.run_sync(check_quota, services, user_id, announced, announced_sha256.lower())
    staging = StagingFile(services.staging, services.limits.upload_bytes, services.min_free_bytes)
    with staging:
        form = await receive_upload(request, staging)
        file = staging.complete()
        stored = await to_thread.run_sync(store_upload, services, user_id, file, form, limiter=STORING)
    photo = await to_thread.run_sync(photos.get_photo, services, stored.photo_id, caller)
    if stored.duplicate:
        photo = photo.model_copy(update={"duplicate": True})
    return JSONResponse(
        photo.model_dump(mode="json"),
        status_code=200 if stored.duplicate else 201,
        headers={"Location": f"/api/v1/photos/{photo.id}"},
    )
