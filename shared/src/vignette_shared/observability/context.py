"""The request id: set by the gateway, passed on in `X-Request-ID` and in message headers."""

import re
from collections.abc import Mapping
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from vignette_shared.ids import new_id

REQUEST_ID_HEADER = "X-Request-ID"
# Strict, because the id is written to logs and to response headers.
_WELL_FORMED = re.compile(r"^[A-Za-z0-9._\-]{8,64}$")


def bind_request(request_id: str | None) -> str:
    """Start a request's log context with `request_id`, or with a new id if it is absent or malformed."""
    clear_contextvars()
    chosen = request_id if request_id and _WELL_FORMED.fullmatch(request_id) else new_id()
    bind_contextvars(request_id=chosen)
    return chosen


def bind_task(task_id: str, task: str, headers: Mapping[str, Any]) -> None:
    """Start a task's log context, with the id of the request that caused it from the message's headers."""
    clear_contextvars()
    bind_contextvars(task_id=task_id, task=task)
    if isinstance(request_id := headers.get("request_id"), str):
        bind_contextvars(request_id=request_id)


def current_request_id() -> str | None:
    """Return the id of the request that the current work belongs to, if any."""
    value = get_contextvars().get("request_id")
    return value if isinstance(value, str) else None
