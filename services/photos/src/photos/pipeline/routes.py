"""HTTP for published models and for explanations of a tag."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from photos.kernel.http import Caller, PhotoId, ReaderId, WiredServices
from photos.pipeline import models
from photos.pipeline.comparison import compare_models
from photos.pipeline.explanations import explain
from vignette_shared.contracts.api import Model, ModelComparison, Page
from vignette_shared.errors import BadCursor

router = APIRouter(prefix="/api/v1")
Version = Annotated[str, Query(min_length=1, max_length=64)]


@router.get("/models")
def list_models(
    services: WiredServices,
    _user_id: ReaderId,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[Model]:
    if cursor is not None and not cursor.isascii():
        raise BadCursor("The cursor is damaged: start again from the first page.")
    found = models.list_models(services, cursor, limit)
    more = len(found) > limit
    return Page(items=found[:limit], next_cursor=found[limit - 1].version if more else None)


# Before the route below, which would take "compare" for a version.
@router.get("/models/compare")
def compare(services: WiredServices, _user_id: ReaderId, a: Version, b: Version) -> ModelComparison:
    return compare_models(services, a, b)


@router.get("/models/{version}")
def get_model(version: str, services: WiredServices, _user_id: ReaderId) -> Model:
    return models.get_model(services, version)


@router.get("/photos/{photo_id}/explain", response_class=Response)
def get_explanation(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    label: Annotated[str, Query(min_length=1, max_length=256)],
) -> Response:
    found = explain(services, photo_id, label, caller)
    # Never in a shared cache: who may see a tag is another question than who may see the photo.
    caching = "private, no-store" if found.visibility == "private" else "private, max-age=600"
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    return Response(found.png, headers=headers, media_type="image/png")
