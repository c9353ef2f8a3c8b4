"""The event stream."""

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from gateway.admission import AdmittedCaller
from gateway.services import WiredServices
from vignette_shared.errors import BadRequest, BrokerUnavailable
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1", tags=["events"], route_class=OperationRoute)

EXAMPLE = """\
retry: 3000

id: 1762601234567-0
event: photo.tagged
data: {"photo_id": "019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11", "status": "tagged", "tags": []}

: keep-alive

"""
STREAM = {
    "description": "The event stream.",
    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
}


@router.get(
    "/events",
    response_class=Response,
    **operation("read", responses={200: STREAM}, raises=(BadRequest, BrokerUnavailable)),
)
async def stream_events(
    services: WiredServices,
    caller: AdmittedCaller,
    last_event_id: Annotated[
        str | None, Header(description="ID of the last event received. The stream resumes after it.")
    ] = None,
) -> Response:
    """Stream events.

    Server-sent events about the caller's photos: `photo.rendered`, `photo.tagged`, `photo.failed`,
    `model.published` and `training.progress`. `data` is `{photo_id, status, …}`. The last 1,000 events of the
    past hour can be replayed with `Last-Event-ID`. A comment is sent after 15 seconds of silence. Reconnect
    when the stream ends.
    """
    return await services.events.open(caller, last_event_id or None)
