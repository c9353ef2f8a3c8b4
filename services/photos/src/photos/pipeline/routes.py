"""HTTP for published models and for explanations of a tag."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from photos.kernel.http import Caller, Limit, PhotoId, WiredServices
from photos.pipeline import comparison, models
from photos.pipeline.explanations import explain
from vignette_shared.contracts.api import Model, ModelComparison, Page
from vignette_shared.contracts.api.examples import VERSION
from vignette_shared.errors import (
    BadCursor,
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
)
from vignette_shared.http.operations import OperationRoute, image_bytes, operation

router = APIRouter(prefix="/api/v1", route_class=OperationRoute)

# The cursor of this list is a version, which is shorter than a keyset cursor.
ModelCursor = Annotated[str | None, Query(max_length=64, description="`next_cursor` of the previous page.")]


@router.get(
    "/models",
    tags=["tagging"],
    **operation("read", returns="A page of models.", raises=(ModelMissing, ModelDamaged, StorageError)),
)
def list_models(
    services: WiredServices,
    limit: Limit = 50,
    cursor: ModelCursor = None,
) -> Page[Model]:
    """List models.

    Published versions, newest first.
    """
    if cursor is not None and not cursor.isascii():
        raise BadCursor("The cursor is damaged: start again from the first page.")
    found = models.list_models(services, cursor, limit)
    more = len(found) > limit
    return Page(items=found[:limit], next_cursor=found[limit - 1].version if more else None)


# Declared before the route below, which would match "compare" as a version.
@router.get(
    "/models/compare",
    tags=["tagging"],
    **operation("read", returns="The comparison.", raises=(NotFound, ModelDamaged, StorageError)),
)
def compare_models(
    services: WiredServices,
    a: Annotated[str, Query(min_length=1, max_length=64, description="Version to compare against.")],
    b: Annotated[str, Query(min_length=1, max_length=64, description="Version to compare.")],
) -> ModelComparison:
    """Compare two models.

    Returns the average precision of each label in both versions. `delta` is b - a; `low` and `high` bound
    it at 95 %, treating the two versions as independent. Values are null where a version lacks the label
    or has no examples of it.
    """
    return comparison.compare_models(services, a, b)


@router.get(
    "/models/{version}",
    tags=["tagging"],
    **operation("read", returns="The model.", raises=(NotFound, ModelDamaged, StorageError)),
)
def get_model(
    services: WiredServices,
    version: Annotated[str, Path(description="Version of the model.", examples=[VERSION])],
) -> Model:
    """Retrieve a model with its metrics."""
    return models.get_model(services, version)


@router.get(
    "/photos/{photo_id}/explain",
    response_class=Response,
    tags=["photos"],
    **operation(
        "anyone",
        responses={
            200: image_bytes("A transparent PNG.", {"Cache-Control": "How long the answer may be cached."})
        },
        raises=(
            NotFound,
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
    ),
)
def explain_tag(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    label: Annotated[str, Query(min_length=1, max_length=256, description="Label of the model.")],
) -> Response:
    """Explain a tag.

    Returns a heat map with the preview's aspect ratio, to overlay on it. Lighter areas contribute more to
    the label's score in the production model. The owner may request any label of the model; other
    users may request the labels that they see on the photo.
    """
    found = explain(services, photo_id, label, caller)
    # Never in a shared cache: who may see a tag is another question than who may see the photo.
    caching = "private, no-store" if found.visibility == "private" else "private, max-age=600"
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    return Response(found.png, headers=headers, media_type="image/png")
