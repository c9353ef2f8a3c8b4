"""What looks like a photo, and where in it a tag comes from."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.access.dependencies import AnyCaller, WithParts
from gateway.documentation.overview import FOR_ANYONE, PHOTO, answer, binary, forwarded
from gateway.forwarding.relay import forward
from gateway.routes.photos import PhotoId
from vignette_shared.contracts.api import SimilarPhotos
from vignette_shared.errors import (
    AuthenticationRequired,
    BadLabel,
    BrokerUnavailable,
    ModelDamaged,
    ModelError,
    ModelMissing,
    NotFound,
    StorageError,
    StorageFull,
    TaggerBusy,
    TaggerUnavailable,
    ValidationFailed,
)

router = APIRouter()

SIMILAR = {"items": [{"photo": PHOTO, "similarity": 0.8431}]}


@router.get(
    "/photos/{photo_id}/similar",
    operation_id="list_similar_photos",
    summary="Photos that look like this one",
    description=(
        "Nearest by the network's embedding, among public photos that are tagged; none before the photo "
        "itself has its tags."
    ),
    response_model=SimilarPhotos,
    responses={
        200: answer("Photos, the most similar first", SIMILAR),
        **forwarded(AuthenticationRequired, NotFound, ValidationFailed, StorageError),
    },
    openapi_extra=FOR_ANYONE,
    tags=["photos"],
)
async def list_similar_photos(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    photo_id: PhotoId,
    limit: Annotated[int, Query(ge=1, le=100, description="photos at most")] = 20,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/photos/{photo_id}/explain",
    operation_id="explain_tag",
    summary="Where in a photo a tag comes from",
    description=(
        "A heat map to lay over the preview, of its aspect: from transparent over purple and orange to pale "
        "yellow, the lighter the more strongly the model in production finds the label in that part alone. "
        "The owner may ask for any label of the model, others for those that they see on the photo."
    ),
    response_class=Response,
    responses={
        200: binary("A PNG with transparency", Cache_Control="how long it may be kept"),
        **forwarded(
            AuthenticationRequired,
            NotFound,
            ValidationFailed,
            BadLabel,
            TaggerBusy,
            TaggerUnavailable,
            BrokerUnavailable,
            ModelError,
            ModelMissing,
            ModelDamaged,
            StorageError,
            StorageFull,
        ),
    },
    openapi_extra=FOR_ANYONE,
    tags=["photos"],
)
async def explain_tag(
    request: Request,
    parts: WithParts,
    caller: AnyCaller,
    photo_id: PhotoId,
    label: Annotated[str, Query(min_length=1, max_length=256, description="label of the model")],
) -> Response:
    return await forward(request, parts.photos, caller)
