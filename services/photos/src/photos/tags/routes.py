"""HTTP for decisions about tags."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import AfterValidator

from photos.kernel.http import Caller, PhotoId, WiredServices
from photos.tags import decisions
from photos.tags.labels import normalise_label
from vignette_shared.contracts.api import TagDecision
from vignette_shared.errors import BadLabel, Forbidden, NotFound, TooManyTags
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1/photos/{photo_id}/tags", tags=["photos"], route_class=OperationRoute)


NormalLabel = Annotated[
    str,
    Path(
        description="Label: 1 to 64 letters, digits, spaces, `_` and `-`. Stored trimmed and lower-case.",
        examples=["lake"],
    ),
    AfterValidator(normalise_label),
]


@router.put(
    "/{label}",
    **operation("write", status=204, raises=(Forbidden, NotFound, TooManyTags, BadLabel)),
)
def decide_tag(
    services: WiredServices,
    caller: Caller,
    photo_id: PhotoId,
    label: NormalLabel,
    decision: TagDecision,
) -> None:
    """Accept or reject a label, or add your own.

    Idempotent. A label that the model suggested keeps its source, score and version. A rejected label
    stays rejected by every later model. A sensitive label becomes visible to others once it is accepted.
    """
    decisions.set_decision(services, photo_id, label, decision.state, caller)


@router.delete("/{label}", **operation("write", status=204, raises=(Forbidden, NotFound, BadLabel)))
def withdraw_tag_decision(
    services: WiredServices, caller: Caller, photo_id: PhotoId, label: NormalLabel
) -> None:
    """Withdraw a decision about a label.

    Idempotent. The production model's suggestion is restored; a label that you added yourself is removed.
    """
    decisions.withdraw_decision(services, photo_id, label, caller)
