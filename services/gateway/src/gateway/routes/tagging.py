"""Models, tags for a picture that is not stored, and the event stream."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response

from gateway.access.dependencies import Reader, WithParts
from gateway.documentation.overview import (
    EVENT_STREAM,
    FOR_MEMBERS,
    PREDICTION,
    answer,
    changing,
    for_members,
    multipart,
)
from gateway.forwarding.relay import forward
from gateway.prediction.multipart import one_file
from gateway.prediction.predictions import TAGGER_ERRORS
from gateway.routes.paging import Limit
from vignette_shared.contracts.api import Model, ModelComparison, Page, Prediction
from vignette_shared.errors import (
    AuthenticationRequired,
    BadCursor,
    BadRequest,
    BrokerUnavailable,
    MissingScope,
    ModelDamaged,
    ModelMissing,
    NotFound,
    ServiceUnavailable,
    StorageError,
    StorageFull,
    TaggerBusy,
    TaggerUnavailable,
    TooLarge,
    ValidationFailed,
)
from vignette_shared.http.problems import problems

router = APIRouter()

VERSION = "20261101T120000Z-1a2b3c4d"
MODEL = {
    "version": VERSION,
    "aliases": ["production"],
    "created_at": "2026-11-01T12:00:00Z",
    "backbone": "3f1c9a2e7b5d4c60",
    "labels": ["lake"],
    "thresholds": [0.41],
    "sensitive": [],
    "metrics": {"mean_ap": 0.71, "pr_auc_mean": 0.71, "ece": 0.03, "per_label": []},
    "dataset": None,
    "parent": None,
}
COMPARISON = {
    "a": VERSION,
    "b": "20261108T120000Z-5e6f7a8b",
    "mean_ap": {"a": 0.71, "b": 0.74, "delta": 0.03},
    "per_label": [{"label": "lake", "a": 0.62, "b": 0.68, "delta": 0.06, "low": -0.01, "high": 0.13}],
}


@router.get(
    "/models",
    operation_id="list_models",
    summary="Published models, newest first",
    response_model=Page[Model],
    responses={
        200: answer("Models", {"items": [MODEL], "next_cursor": None}),
        **for_members(BadCursor, ValidationFailed, ModelMissing, ModelDamaged, StorageError),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["tagging"],
)
async def list_models(
    request: Request,
    parts: WithParts,
    caller: Reader,
    limit: Limit = 50,
    cursor: Annotated[
        str | None, Query(max_length=64, description="`next_cursor` of the page before")
    ] = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/models/compare",
    operation_id="compare_models",
    summary="Two models beside each other, label by label",
    description=(
        "Average precision of each label in both; `delta` is b - a, and `low` to `high` its 95 % interval, "
        "made of both versions' own as if they were independent. Null where a version lacks or never met the "
        "label."
    ),
    response_model=ModelComparison,
    responses={
        200: answer("The comparison", COMPARISON),
        **for_members(NotFound, ValidationFailed, ModelDamaged, StorageError),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["tagging"],
)
async def compare_models(
    request: Request,
    parts: WithParts,
    caller: Reader,
    a: Annotated[str, Query(min_length=1, max_length=64, description="version to compare with")],
    b: Annotated[str, Query(min_length=1, max_length=64, description="version that is compared")],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/models/{version}",
    operation_id="get_model",
    summary="One model with its metrics",
    response_model=Model,
    responses={200: answer("The model", MODEL), **for_members(NotFound, ModelDamaged, StorageError)},
    openapi_extra=FOR_MEMBERS,
    tags=["tagging"],
)
async def get_model(
    request: Request,
    parts: WithParts,
    caller: Reader,
    version: Annotated[str, Path(description="version of a model", examples=[VERSION])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/predict",
    operation_id="predict",
    summary="Tags for a picture, which is not stored",
    response_model=Prediction,
    responses={
        200: answer("The best labels first", PREDICTION),
        **changing(
            TaggerBusy,
            TaggerUnavailable,
            BrokerUnavailable,
            StorageFull,
            TooLarge,
            BadRequest,
            ValidationFailed,
            *TAGGER_ERRORS.values(),
        ),
    },
    openapi_extra={**FOR_MEMBERS, **multipart("The picture")},
    tags=["tagging"],
)
async def predict(
    request: Request,
    parts: WithParts,
    caller: Reader,
    top: Annotated[int, Query(ge=1, le=1000, description="labels at most")] = 10,
    threshold: Annotated[
        float | None, Query(ge=0, le=1, description="least score; left out, each label's own")
    ] = None,
) -> Prediction:
    parts.predictions.refuse_when_busy()
    async with one_file(request, parts.upload_bytes) as image:
        scores = await parts.predictions.predict(image)
    return scores.prediction(top, threshold)


@router.get(
    "/events",
    operation_id="stream_events",
    summary="What happens to one's photos, as server-sent events",
    description=(
        "Types: `photo.rendered`, `photo.tagged`, `photo.failed`, `model.published`, `training.progress`. "
        "`data` is `{photo_id, status, …}`. The last 1,000 events of the last hour can be replayed by "
        "`Last-Event-ID`. A comment comes after 15 s of silence; a stream that ends is to be opened again."
    ),
    response_class=Response,
    responses={
        200: {
            "description": "The stream",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EVENT_STREAM}},
        },
        **problems(AuthenticationRequired, MissingScope, BadRequest, BrokerUnavailable, ServiceUnavailable),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["events"],
)
async def stream_events(
    parts: WithParts,
    caller: Reader,
    last_event_id: Annotated[str | None, Header(description="id of the last event that one has")] = None,
) -> Response:
    return await parts.events.open(caller, last_event_id or None)
