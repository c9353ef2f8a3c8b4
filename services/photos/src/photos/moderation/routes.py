"""HTTP for reports and accounts, for admins."""

from typing import Annotated

from fastapi import APIRouter, Query

from photos.kernel.http import Admin, WiredServices, as_id
from photos.kernel.paging import Cursor, Limit
from photos.moderation import accounts, reports
from photos.moderation.repository import ReportStatus
from vignette_shared.contracts.api import (
    Account,
    Page,
    Report,
    ReportResolution,
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
    return reports.list_reports(services, caller, status, cursor, limit)


@router.post("/reports/{report_id}/resolve")
def resolve_report(report_id: str, asked: ReportResolution, services: WiredServices, caller: Admin) -> Report:
    return reports.resolve_report(services, caller, as_id(report_id), asked)


@router.get("/users")
def list_accounts(
    services: WiredServices,
    caller: Admin,
    q: Annotated[str, Query(max_length=320)] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Account]:
    return accounts.list_accounts(services, caller, q, cursor, limit)


@router.patch("/users/{username}")
def change_account(username: str, asked: UserChange, services: WiredServices, caller: Admin) -> Account:
    return accounts.change_account(services, caller, username, asked)
