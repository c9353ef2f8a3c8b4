"""Failed requests as errors of the command line."""

import re
from typing import Any

import httpx

from vignette.errors import CommandError, NotSignedIn, Refused, Unreachable

Json = dict[str, Any]
CONNECT_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout)
"""Errors after which the server can't have received the request."""
MAX_RETRY_AFTER_S = 3600.0
"""A misconfigured proxy must not stall a run for a day."""


def read_object(response: httpx.Response) -> Json:
    """Return the response's JSON object, or {} for an empty body. Raises `Unreachable`."""
    if not response.content:
        return {}
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise not_vignette(response.request.url.host)
    return body


def read_problem(response: httpx.Response) -> CommandError:
    """Return the error that an RFC 9457 problem document describes."""
    wait = retry_after(response)
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or "detail" not in problem:
        status = f"{response.status_code} {response.reason_phrase}".rstrip()
        code = f"http_{response.status_code}"
        return Refused(response.status_code, code, f"The server answered {status}.", retry_after_s=wait)
    code, position = str(problem.get("code", response.status_code)), problem.get("position")
    if code == "authentication_required":
        return NotSignedIn("The session or API key is no longer valid: run `vignette login`.")
    return Refused(
        response.status_code,
        code,
        _detail(problem),
        position=position if isinstance(position, int) else None,
        retry_after_s=wait,
    )


def _detail(problem: Json) -> str:
    errors = [error for error in problem.get("errors") or [] if isinstance(error, dict)]
    fields = "; ".join(f"{error.get('field')}: {error.get('message')}" for error in errors)
    detail = str(problem["detail"])
    return f"{detail.rstrip('. ')}: {fields}" if fields else detail


def retry_after(response: httpx.Response, default: float = 0.0) -> float:
    """Return `Retry-After` in seconds, at most an hour; `default` without one or for a date."""
    # The pattern excludes "inf" and "nan", which `float` would accept.
    value = response.headers.get("retry-after", "")
    return min(float(value), MAX_RETRY_AFTER_S) if re.fullmatch(r"\d{1,9}(\.\d+)?", value) else default


def connection_failed(server: str, error: httpx.TransportError) -> Unreachable:
    if isinstance(error, CONNECT_ERRORS):
        return Unreachable(
            f"Can't connect to {server}: check that it is running, "
            "or choose another server with `vignette login --server URL`."
        )
    if isinstance(error, httpx.TimeoutException):
        return Unreachable(f"{server} did not answer in time; try again.")
    return Unreachable(
        f"The connection to {server} was interrupted ({error or type(error).__name__}); try again."
    )


def not_vignette(server: str) -> Unreachable:
    return Unreachable(f"{server} does not answer like a Vignette server: check the address.")
