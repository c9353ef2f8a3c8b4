"""HTTP for queues and dead letters, for admins."""

from fastapi import APIRouter, Response

from photos.kernel.http import Admin, WiredServices, as_id
from photos.kernel.paging import Cursor, Limit
from photos.operations import dead_letters, queues
from vignette_shared.contracts.api import DeadLetter, Page, QueueStates, RetriedPhoto

router = APIRouter(prefix="/api/v1/admin")


@router.get("/queues")
def list_queues(services: WiredServices, caller: Admin) -> QueueStates:
    return queues.list_queues(services, caller)


@router.get("/dead-letters")
def list_dead_letters(
    services: WiredServices, caller: Admin, limit: Limit = 50, cursor: Cursor = None
) -> Page[DeadLetter]:
    return dead_letters.list_dead_letters(services, caller, cursor, limit)


@router.post("/dead-letters/{letter_id}/retry", status_code=202)
def retry_dead_letter(letter_id: str, services: WiredServices, caller: Admin) -> RetriedPhoto:
    return dead_letters.retry_dead_letter(services, caller, as_id(letter_id))


@router.delete("/dead-letters/{letter_id}", status_code=204, response_class=Response)
def dismiss_dead_letter(letter_id: str, services: WiredServices, caller: Admin) -> None:
    dead_letters.dismiss_dead_letter(services, caller, as_id(letter_id))
