"""What admins see and do."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from photos.repository.moderation import ReportStatus
from photos.routes.dependencies import Admin, WiredServices, as_id
from photos.routes.paging import Cursor, Limit
from photos.service import moderation, operations
from vignette_shared.contracts.api import (
    Account,
    DeadLetter,
    Page,
    QueueStates,
    Report,
    ReportResolution,
    RetriedPhoto,
    UserChange,
)

router = APIRouter(prefix="/api/v1/admin")


@router.get("/reports")
def list_reports(
    services: WiredServices,
    caller: Admin,
    status: ReportStatus | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Report]:
    return moderation.list_reports(services.database, caller, status, cursor, limit)


@router.post("/reports/{report_id}/resolve")
def resolve_report(report_id: str, asked: ReportResolution, services: WiredServices, caller: Admin) -> Report:
    return moderation.resolve_report(services.database, services.clock, caller, as_id(report_id), asked)


@router.get("/users")
def list_accounts(
    services: WiredServices,
    caller: Admin,
    q: Annotated[str, Query(max_length=320)] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Account]:
    return moderation.list_accounts(services.database, caller, q, cursor, limit)


@router.patch("/users/{username}")
def change_account(username: str, asked: UserChange, services: WiredServices, caller: Admin) -> Account:
    return moderation.change_account(services.database, services.clock, caller, username, asked)


@router.get("/queues")
def list_queues(services: WiredServices, caller: Admin) -> QueueStates:
    return operations.list_queues(services.database, services.gauge, services.clock, caller)


@router.get("/dead-letters")
def list_dead_letters(
    services: WiredServices, caller: Admin, limit: Limit = 50, cursor: Cursor = None
) -> Page[DeadLetter]:
    return operations.list_dead_letters(services.database, caller, cursor, limit)


@router.post("/dead-letters/{letter_id}/retry", status_code=202)
def retry_dead_letter(letter_id: str, services: WiredServices, caller: Admin) -> RetriedPhoto:
    return operations.retry_dead_letter(
        services.database, services.clock, services.model, caller, as_id(letter_id)
    )


@router.delete("/dead-letters/{letter_id}", status_code=204, response_class=Response)
def dismiss_dead_letter(letter_id: str, services: WiredServices, caller: Admin) -> None:
    operations.dismiss_dead_letter(services.database, services.clock, caller, as_id(letter_id))
