"""Published models, for those who are signed in."""

from typing import Annotated

from fastapi import APIRouter, Query

from photos.routes.dependencies import ReaderId, WiredServices
from photos.service import models
from photos.service.comparing import compare_models
from vignette_shared.contracts.api import Model, ModelComparison, Page
from vignette_shared.errors import BadCursor

router = APIRouter(prefix="/api/v1/models")
Version = Annotated[str, Query(min_length=1, max_length=64)]


@router.get("")
def list_models(
    services: WiredServices,
    _user_id: ReaderId,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[Model]:
    if cursor is not None and not cursor.isascii():
        raise BadCursor("The cursor is damaged: start again from the first page.")
    found = models.list_models(services.registry, cursor, limit)
    more = len(found) > limit
    return Page(items=found[:limit], next_cursor=found[limit - 1].version if more else None)


# Before the route below, which would take "compare" for a version.
@router.get("/compare")
def compare(services: WiredServices, _user_id: ReaderId, a: Version, b: Version) -> ModelComparison:
    return compare_models(services.registry, a, b)


@router.get("/{version}")
def get_model(version: str, services: WiredServices, _user_id: ReaderId) -> Model:
    return models.get_model(services.registry, version)
