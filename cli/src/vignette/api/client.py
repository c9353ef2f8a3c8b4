"""The HTTP API as an account uses it, with retries and rate limits handled."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlsplit

import httpx

from vignette.api.problems import (
    CONNECT_ERRORS,
    Json,
    connection_failed,
    read_object,
    read_problem,
    retry_after,
)
from vignette.api.retries import INTERACTIVE, Gate, RetryPolicy
from vignette.errors import CommandError, Refused, Unreachable
from vignette.version import version

RETRYABLE_STATUSES = (502, 503, 504)
"""Answers of a server, or of its proxy, that restarts or is overloaded."""

# Decoding a large photo precedes the answer, and the server allows 30 s for it.
TIMEOUT = httpx.Timeout(10, read=120, write=60)
PAGE = 200
"""Items per request of a list: the API's maximum."""


class Api:
    """A client of one account at one server. Thread-safe."""

    def __init__(
        self,
        server: str,
        token: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        gate: Gate | None = None,
        policy: RetryPolicy = INTERACTIVE,
    ) -> None:
        self.server = server
        self.gate = gate or Gate()
        self.policy = policy
        headers = {"User-Agent": f"vignette-cli/{version()}", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            self.client = httpx.Client(
                base_url=f"{server}/api/v1/",
                headers=headers,
                timeout=TIMEOUT,
                transport=transport,
                # Twice the highest --jobs: a worker may list albums while it uploads.
                limits=httpx.Limits(max_connections=32),
                # A proxy from the environment can't reach this machine's loopback addresses.
                trust_env=urlsplit(server).hostname not in ("127.0.0.1", "localhost", "::1"),
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise CommandError(f"The token or the server's address is malformed: {error}.") from error

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(self, path: str, **params: Any) -> Json:
        return read_object(self.send("GET", path, params=_without_none(params)))

    def post(self, path: str, body: Json) -> Json:
        return read_object(self.send("POST", path, json=body, idempotent=False))

    def send(
        self,
        method: str,
        path: str,
        *,
        idempotent: bool = True,
        prepare: Callable[[], Json] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Send a request, and retry it after rate limits, restarts and lost connections.

        Args:
            idempotent: if false, retry only when the server can't have acted on the request.
            prepare: returns further options for each attempt, such as a file rewound to its start.

        Raises:
            Refused: the server rejects the request.
            NotSignedIn: the server rejects the token.
            Unreachable: no attempt got an answer.
            Stopped: Ctrl-C was pressed.
        """

        def attempt() -> httpx.Response:
            try:
                response = self._send_within_limit(method, path, options, prepare)
            except httpx.TransportError as error:
                raise connection_failed(self.server, error) from error
            if response.status_code >= 400:
                raise read_problem(response)
            return response

        def is_retryable(error: BaseException) -> bool:
            if isinstance(error, Refused):
                # With `Retry-After`, the server itself says that it did nothing yet.
                return error.http_status in RETRYABLE_STATUSES and (idempotent or error.retry_after_s > 0)
            return isinstance(error, Unreachable) and (
                idempotent or isinstance(error.__cause__, CONNECT_ERRORS)
            )

        return self.policy.retrying(self.gate.sleep, is_retryable)(attempt)

    def _send_within_limit(
        self, method: str, path: str, options: Json, prepare: Callable[[], Json] | None
    ) -> httpx.Response:
        """Send until the answer isn't 429; waiting for a rate limit costs none of the attempts."""
        while True:
            with self.gate.slot():
                response = self.client.request(method, path, **options, **(prepare() if prepare else {}))
            if response.status_code != 429:
                return response
            self.gate.close(retry_after(response, 5.0), "the server's rate limit")

    def stream(
        self, path: str, headers: dict[str, str], **params: Any
    ) -> AbstractContextManager[httpx.Response]:
        """Open a download, whatever its status."""
        self.gate.wait()
        return self.client.stream("GET", path, headers=headers, params=_without_none(params))

    def pages(self, path: str, *, limit: int | None = None, **params: Any) -> Iterator[Json]:
        """Yield the items of a list, at most `limit`."""
        cursor: str | None = None
        left = limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self.get(path, limit=size, cursor=cursor, **params)
            items = page.get("items", [])
            yield from items if left is None else items[:left]
            left = None if left is None else left - len(items)
            cursor = page.get("next_cursor")
            if not cursor:
                return


def _without_none(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}
