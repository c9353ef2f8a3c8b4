"""HTTP for similar photos."""

from typing import Annotated

from fastapi import APIRouter, Query

from photos.kernel.http import Caller, PhotoId, WiredServices
from photos.similarity.similar import list_similar
from vignette_shared.contracts.api import SimilarPhotos
from vignette_shared.errors import NotFound, StorageError
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1/photos/{photo_id}", tags=["photos"], route_class=OperationRoute)


@router.get(
    "/similar",
    **operation("anyone", returns="Photos, most similar first.", raises=(NotFound, StorageError)),
)
def list_similar_photos(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    limit: Annotated[int, Query(ge=1, le=100, description="Maximum number of photos to return.")] = 20,
) -> SimilarPhotos:
    """List similar photos.

    Returns the public, tagged photos with the nearest embeddings. Empty until the photo itself is tagged.
    """
    return list_similar(services, photo_id, caller, limit)
