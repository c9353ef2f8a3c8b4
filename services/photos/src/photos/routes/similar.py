"""What looks like a photo, and where in it a tag comes from."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from photos.routes.dependencies import Caller, PhotoId, WiredServices
from photos.service.explaining import explain
from photos.service.similar import list_similar
from vignette_shared.contracts.api import SimilarPhotos

router = APIRouter(prefix="/api/v1/photos/{photo_id}")


@router.get("/similar")
def get_similar(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SimilarPhotos:
    return list_similar(services.database, services.nearest, photo_id, caller, limit)


@router.get("/explain", response_class=Response)
def get_explanation(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    label: Annotated[str, Query(min_length=1, max_length=256)],
) -> Response:
    found = explain(services.explaining, photo_id, label, caller)
    # Never in a shared cache: who may see a tag is another question than who may see the photo.
    caching = "private, no-store" if found.visibility == "private" else "private, max-age=600"
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    return Response(found.png, headers=headers, media_type="image/png")
