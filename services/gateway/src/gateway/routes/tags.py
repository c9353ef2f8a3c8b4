"""What an owner decides about the labels of a photo."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import Response

from gateway.access.dependencies import WithParts, Writer
from gateway.documentation.overview import FOR_MEMBERS, answer, changing, with_body
from gateway.forwarding.relay import forward
from gateway.routes.photos import PhotoId
from vignette_shared.contracts.api import TagDecision
from vignette_shared.errors import BadLabel, Forbidden, NotFound, TooManyTags, ValidationFailed

router = APIRouter()

DECISION = {"state": "accepted"}
LabelPath = Annotated[
    str,
    Path(
        description="1 to 64 letters, digits, spaces, `_`, `-`; trimmed and in lower case when stored",
        examples=["lake"],
    ),
]


@router.put(
    "/photos/{photo_id}/tags/{label}",
    operation_id="decide_tag",
    summary="Accept or reject a label, or add one of one's own",
    description=(
        "Repeatable. A label that the model suggested keeps source, score and version; any other is one's "
        "own. A rejected label stays rejected through every later model. A sensitive label is everyone's to "
        "see once it is accepted."
    ),
    status_code=204,
    response_class=Response,
    responses={
        204: answer("Decided"),
        **changing(*with_body(Forbidden, NotFound, TooManyTags, BadLabel, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def decide_tag(
    request: Request,
    parts: WithParts,
    caller: Writer,
    photo_id: PhotoId,
    label: LabelPath,
    body: Annotated[TagDecision, Body(examples=[DECISION])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/photos/{photo_id}/tags/{label}",
    operation_id="withdraw_tag_decision",
    summary="Take a decision about a label back",
    description=(
        "Repeatable. What the model in use suggests comes back as suggested; a label that only its owner "
        "brought up goes."
    ),
    status_code=204,
    response_class=Response,
    responses={204: answer("As the model left it"), **changing(Forbidden, NotFound, BadLabel)},
    openapi_extra=FOR_MEMBERS,
    tags=["photos"],
)
async def withdraw_tag_decision(
    request: Request, parts: WithParts, caller: Writer, photo_id: PhotoId, label: LabelPath
) -> Response:
    return await forward(request, parts.photos, caller)
