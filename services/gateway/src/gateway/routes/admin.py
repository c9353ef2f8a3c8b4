"""Moderation, accounts, and the state of the pipeline: for admins, with the scope `admin`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response

from gateway.access.dependencies import Admin, WithParts
from gateway.documentation.overview import FOR_MEMBERS, PHOTO, answer, changing, for_members, with_body
from gateway.forwarding.relay import forward
from gateway.routes.paging import Cursor, Limit
from gateway.routes.social import PERSON, Name
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
from vignette_shared.errors import (
    BadCursor,
    BadRequest,
    BrokerUnavailable,
    Conflict,
    Forbidden,
    LastAdmin,
    NotFound,
    ValidationFailed,
)

router = APIRouter(prefix="/admin")

REPORT = {
    "id": "019ab1f0-9c10-7b32-8f5e-4d3c2b1a0f9e",
    "photo": PHOTO,
    "reporter": PERSON,
    "reason": "This is my photo, and it was taken from my page.",
    "created_at": "2026-05-04T08:00:00Z",
    "resolved_at": None,
    "resolved_by": None,
    "action": None,
    "note": None,
}
RESOLUTION = {"action": "hide_photo", "note": "Taken from another site."}
RESOLVED = REPORT | RESOLUTION | {"resolved_at": "2026-05-04T09:00:00Z", "resolved_by": PHOTO["owner"]}
ACCOUNT = PERSON | {
    "email": "bert@example.org",
    "role": "user",
    "created_at": "2026-05-04T08:00:00Z",
    "suspended_at": None,
    "bytes_used": 2481137,
    "bytes_quota": None,
    "photos": 1,
}
USER_CHANGE = {"suspended": True}
QUEUES = {
    "items": [
        {
            "name": "tagger.tag",
            "depth": 12,
            "oldest_age_s": 3.4,
            "rate_per_minute": 208,
            "failures": 1,
            "workers": 1,
        }
    ]
}
DEAD_LETTER = {
    "id": "019ab1f0-ad20-7c43-9a6f-5e4d3c2b1a0f",
    "photo_id": PHOTO["id"],
    "owner": PERSON,
    "step": "tag",
    "code": "timed_out",
    "detail": "Asked 4 times for its tags, without an answer. Try again later.",
    "attempts": 3,
    "created_at": "2026-05-04T08:00:00Z",
}
RETRIED = {"photo_id": PHOTO["id"], "status": "pending", "step": "tag"}
ReportId = Annotated[str, Path(description="UUID of the report", examples=[REPORT["id"]])]
LetterId = Annotated[str, Path(description="UUID of the dead letter", examples=[DEAD_LETTER["id"]])]


@router.get(
    "/reports",
    operation_id="list_reports",
    summary="What people reported: open ones first, newest first in each",
    response_model=Page[Report],
    responses={
        200: answer("A page of reports", {"items": [REPORT], "next_cursor": None}),
        **for_members(Forbidden, BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["admin"],
)
async def list_reports(
    request: Request,
    parts: WithParts,
    caller: Admin,
    status: Annotated[Literal["open", "resolved"] | None, Query(description="these alone")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/reports/{report_id}/resolve",
    operation_id="resolve_report",
    summary="Decide about a report, and with it about every open one on the same photo",
    description=(
        "`hide_photo` takes the photo from all but its owner and the admins, `suspend_owner` shuts them out. "
        "The last decision holds: to `dismiss` a report for which the photo was hidden shows it again."
    ),
    response_model=Report,
    responses={
        200: answer("The resolved report", RESOLVED),
        **changing(*with_body(BadRequest, Forbidden, NotFound, Conflict, LastAdmin, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["admin"],
)
async def resolve_report(
    request: Request,
    parts: WithParts,
    caller: Admin,
    report_id: ReportId,
    body: Annotated[ReportResolution, Body(examples=[RESOLUTION])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/users",
    operation_id="list_accounts",
    summary="Accounts by name",
    response_model=Page[Account],
    responses={
        200: answer("A page of accounts", {"items": [ACCOUNT], "next_cursor": None}),
        **for_members(Forbidden, BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["admin"],
)
async def list_accounts(
    request: Request,
    parts: WithParts,
    caller: Admin,
    q: Annotated[str, Query(max_length=320, description="beginning of a user name or address")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    return await forward(request, parts.photos, caller)


@router.patch(
    "/users/{username}",
    operation_id="change_account",
    summary="Suspend an account, change its role or its quota",
    description=(
        "What is left out stays; `bytes_quota` null is the site's default. Suspension ends sessions and keys "
        "at once and hides the account's photos; lifted, they come back, but for those hidden for a report."
    ),
    response_model=Account,
    responses={
        200: answer("The changed account", ACCOUNT | {"suspended_at": "2026-05-04T09:00:00Z"}),
        **changing(*with_body(BadRequest, Forbidden, NotFound, LastAdmin, ValidationFailed)),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["admin"],
)
async def change_account(
    request: Request,
    parts: WithParts,
    caller: Admin,
    username: Name,
    body: Annotated[UserChange, Body(examples=[USER_CHANGE])],
) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/queues",
    operation_id="list_queues",
    summary="What waits in each queue, and who works on it",
    response_model=QueueStates,
    responses={
        200: answer("The queues: first those that photos pass, in their order", QUEUES),
        **for_members(Forbidden, BrokerUnavailable),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["admin"],
)
async def list_queues(request: Request, parts: WithParts, caller: Admin) -> Response:
    return await forward(request, parts.photos, caller)


@router.get(
    "/dead-letters",
    operation_id="list_dead_letters",
    summary="Work that was given up, with the reason, newest first",
    response_model=Page[DeadLetter],
    responses={
        200: answer("A page of dead letters", {"items": [DEAD_LETTER], "next_cursor": None}),
        **for_members(Forbidden, BadCursor, ValidationFailed),
    },
    openapi_extra=FOR_MEMBERS,
    tags=["admin"],
)
async def list_dead_letters(
    request: Request, parts: WithParts, caller: Admin, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    return await forward(request, parts.photos, caller)


@router.post(
    "/dead-letters/{letter_id}/retry",
    operation_id="retry_dead_letter",
    summary="Try again what was given up",
    description="The dead letter goes; should the work fail again, another one comes.",
    status_code=202,
    response_model=RetriedPhoto,
    responses={202: answer("What the photo waits for now", RETRIED), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["admin"],
)
async def retry_dead_letter(
    request: Request, parts: WithParts, caller: Admin, letter_id: LetterId
) -> Response:
    return await forward(request, parts.photos, caller)


@router.delete(
    "/dead-letters/{letter_id}",
    operation_id="dismiss_dead_letter",
    summary="Forget what was given up",
    description="The photo stays as it is.",
    status_code=204,
    response_class=Response,
    responses={204: answer("Forgotten"), **changing(Forbidden, NotFound)},
    openapi_extra=FOR_MEMBERS,
    tags=["admin"],
)
async def dismiss_dead_letter(
    request: Request, parts: WithParts, caller: Admin, letter_id: LetterId
) -> Response:
    return await forward(request, parts.photos, caller)
