"""What looks like a photo, and where in it a tag comes from."""

from typing import Annotated

from fastapi import APIRouter, Query

from photos.routes.dependencies import Caller, PhotoId, WiredServices
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
