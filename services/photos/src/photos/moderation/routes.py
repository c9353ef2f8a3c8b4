"""HTTP for reports and accounts, for admins."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from photos.kernel.http import Caller, PageParams, Username, WiredServices, canonical_id
from photos.moderation import accounts, reports
from photos.moderation.repository import ReportStatus
from vignette_shared.contracts.api import (
    Account,
    Page,
    Report,
    ReportResolution,
    UserChange,
)
from vignette_shared.contracts.api.examples import EXAMPLES
from vignette_shared.errors import Conflict, LastAdmin, NotFound
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1/admin", tags=["admin"], route_class=OperationRoute)

ReportId = Annotated[
    str,
    Path(description="ID of the report.", examples=[EXAMPLES["Report"]["id"]]),
    canonical_id("There is no such report."),
]


@router.get("/reports", **operation("admin", returns="A page of reports."))
def list_reports(
    services: WiredServices,
    caller: Caller,
    page: PageParams,
    status: Annotated[ReportStatus | None, Query(description="Only reports with this status.")] = None,
) -> Page[Report]:
    """List reports.

    Open reports first, each group newest first.
    """
    return reports.list_reports(services, caller, status, page.cursor, page.limit)


@router.post(
    "/reports/{report_id}/resolve",
    **operation("admin", returns="The resolved report.", raises=(NotFound, Conflict, LastAdmin)),
)
def resolve_report(
    report_id: ReportId, resolution: ReportResolution, services: WiredServices, caller: Caller
) -> Report:
    """Resolve a report.

    The decision applies to every open report on the same photo. `hide_photo` hides the photo from
    everyone but its owner and the admins; `suspend_owner` suspends the owner. The last decision wins:
    `dismiss` shows the photo again if a report hid it.
    """
    return reports.resolve_report(services, caller, report_id, resolution)


@router.get("/users", **operation("admin", returns="A page of accounts."))
def list_accounts(
    services: WiredServices,
    caller: Caller,
    page: PageParams,
    q: Annotated[str, Query(max_length=320, description="Start of a username or email address.")] = "",
) -> Page[Account]:
    """List accounts.

    Ordered by username.
    """
    return accounts.list_accounts(services, caller, q, page.cursor, page.limit)


@router.patch(
    "/users/{username}",
    **operation("admin", returns="The updated account.", raises=(NotFound, LastAdmin)),
)
def change_account(
    username: Username, change: UserChange, services: WiredServices, caller: Caller
) -> Account:
    """Update an account.

    Suspends an account, or changes its role or quota. Omitted fields are unchanged; a null `bytes_quota`
    restores the site's default. Suspension ends sessions and API keys at once and hides the account's
    photos. Lifting it shows them again, except those hidden for a report.
    """
    return accounts.change_account(services, caller, username, change)
