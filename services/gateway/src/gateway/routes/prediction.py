"""Tags for an image that is not stored."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from gateway.admission import AdmittedCaller
from gateway.prediction.multipart import one_file
from gateway.prediction.predictions import TAGGER_ERRORS
from gateway.services import WiredServices
from vignette_shared.contracts.api import Prediction
from vignette_shared.errors import (
    BadRequest,
    BrokerUnavailable,
    StorageFull,
    TaggerBusy,
    TaggerUnavailable,
    ValidationFailed,
)
from vignette_shared.http.operations import OperationRoute, multipart_body, operation

router = APIRouter(prefix="/api/v1", tags=["tagging"], route_class=OperationRoute)


@router.post(
    "/predict",
    **operation(
        "read",
        returns="The labels with the highest scores, best first.",
        body=multipart_body("The image."),
        body_limit="form",
        raises=(
            TaggerBusy,
            TaggerUnavailable,
            BrokerUnavailable,
            StorageFull,
            BadRequest,
            ValidationFailed,
            *TAGGER_ERRORS.values(),
        ),
    ),
)
async def predict(
    request: Request,
    services: WiredServices,
    _caller: AdmittedCaller,
    top: Annotated[int, Query(ge=1, le=1000, description="Maximum number of labels to return.")] = 10,
    threshold: Annotated[
        float | None,
        Query(ge=0, le=1, description="Minimum score. Defaults to each label's own threshold."),
    ] = None,
) -> Prediction:
    """Tag an image.

    Returns the model's labels for an image without storing the image.
    """
    services.predictions.refuse_when_busy()
    async with one_file(request, services.upload_bytes) as image:
        scores = await services.predictions.predict(image)
    return scores.prediction(top, threshold)
