"""What an owner decides about the labels of a photo."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from photos.kernel.http import Caller, PhotoId, WiredServices, WriterId
from photos.tags import decisions
from photos.tags.labels import normalise_label
from vignette_shared.contracts.api import TagDecision

router = APIRouter(prefix="/api/v1/photos/{photo_id}/tags")


def label_of(label: str) -> str:
    """Bring a label into its one spelling; raises `BadLabel`."""
    return normalise_label(label)


NormalLabel = Annotated[str, Depends(label_of)]


@router.put("/{label}", status_code=204, response_class=Response)
def decide(
    services: WiredServices,
    caller: Caller,
    _user_id: WriterId,
    photo_id: PhotoId,
    label: NormalLabel,
    asked: TagDecision,
) -> None:
    decisions.set_decision(services, photo_id, label, asked.state, caller)


@router.delete("/{label}", status_code=204, response_class=Response)
def take_back(
    services: WiredServices, caller: Caller, _user_id: WriterId, photo_id: PhotoId, label: NormalLabel
) -> None:
    decisions.withdraw_decision(services, photo_id, label, caller)
