"""HTTP for uploads in one request."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from photos.intake.routes.bodies import STORING
from photos.intake.routes.multipart import least_file_bytes, receive_upload
from photos.intake.uploads import check_quota, store_upload
from photos.kernel.http import Caller, WiredServices, WriterId
from photos.kernel.staging import StagingFile
from photos.library import photos
from vignette_shared.contracts.api import Photo

router = APIRouter(prefix="/api/v1")


@router.post("/photos", status_code=201, response_model=Photo)
async def upload(request: Request, services: WiredServices, caller: Caller, user_id: WriterId) -> Response:
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
