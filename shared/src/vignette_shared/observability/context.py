"""The request id: made or taken over at the gateway, carried in `X-Request-ID` and in message headers."""

import re
from collections.abc import Mapping
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from vignette_shared.ids import new_id

REQUEST_ID_HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"^[A-Za-z0-9._\-]{8,64}$")


def bind_request(request_id: str | None) -> str:
    """Start a request's context with the given id, or a new one when it is absent or malformed."""
    clear_contextvars()
    chosen = request_id if request_id and _WELL_FORMED.fullmatch(request_id) else new_id()
    bind_contextvars(request_id=chosen)
    return chosen


def bind_task(task_id: str, task: str, headers: Mapping[str, Any]) -> None:
    """Start a task's context; the request that caused it comes along in the message's headers."""
    clear_contextvars()
    bind_contextvars(task_id=task_id, task=task)
    if isinstance(request_id := headers.get("request_id"), str):
        bind_contextvars(request_id=request_id)


def current_request_id() -> str | None:
    """Return the id of the request that this work belongs to, if any."""
    value = get_contextvars().get("request_id")
    return value if isinstance(value, str) else None
