"""HTTP for queues and dead letters, for admins."""

from typing import Annotated

from fastapi import APIRouter, Path

from photos.kernel.http import Caller, PageParams, WiredServices, canonical_id
from photos.operations import dead_letters, queues
from vignette_shared.contracts.api import DeadLetter, Page, QueueStates, RetriedPhoto
from vignette_shared.contracts.api.examples import EXAMPLES
from vignette_shared.errors import BrokerUnavailable, NotFound
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1/admin", tags=["admin"], route_class=OperationRoute)

LetterId = Annotated[
    str,
    Path(description="ID of the dead letter.", examples=[EXAMPLES["DeadLetter"]["id"]]),
    canonical_id("There is no such dead letter."),
]


@router.get(
    "/queues",
    **operation(
        "admin",
        returns="The queues, in the order in which photos pass through them.",
        raises=(BrokerUnavailable,),
    ),
)
def list_queues(services: WiredServices, caller: Caller) -> QueueStates:
    """List queues.

    Returns the depth, age and workers of each queue.
    """
    return queues.list_queues(services, caller)


@router.get("/dead-letters", **operation("admin", returns="A page of dead letters."))
def list_dead_letters(services: WiredServices, caller: Caller, page: PageParams) -> Page[DeadLetter]:
    """List dead letters.

    Tasks that failed for good, with the reason, newest first.
    """
    return dead_letters.list_dead_letters(services, caller, page.cursor, page.limit)


@router.post(
    "/dead-letters/{letter_id}/retry",
    **operation("admin", status=202, returns="The photo and its pending step.", raises=(NotFound,)),
)
def retry_dead_letter(letter_id: LetterId, services: WiredServices, caller: Caller) -> RetriedPhoto:
    """Retry a dead letter.

    Deletes the dead letter and queues its task again. Another failure creates a new dead letter.
    """
    return dead_letters.retry_dead_letter(services, caller, letter_id)


@router.delete("/dead-letters/{letter_id}", **operation("admin", status=204, raises=(NotFound,)))
def dismiss_dead_letter(letter_id: LetterId, services: WiredServices, caller: Caller) -> None:
    """Dismiss a dead letter.

    The photo is unchanged.
    """
    dead_letters.dismiss_dead_letter(services, caller, letter_id)
