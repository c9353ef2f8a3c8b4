"""HTTP for similar photos."""

from typing import Annotated

from fastapi import APIRouter, Query

from photos.kernel.http import Caller, PhotoId, WiredServices
from photos.similarity.similar import list_similar
from vignette_shared.contracts.api import SimilarPhotos

router = APIRouter(prefix="/api/v1/photos/{photo_id}")


@router.get("/similar")
def get_similar(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SimilarPhotos:
    return list_similar(services, photo_id, caller, limit)
