"""HEAD wherever GET is, and 405 with the methods that an address does take."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from vignette_shared.errors import MethodNotAllowed
from vignette_shared.http.problems import problem_response, request_id_of

ENDLESS = frozenset({"stream_events"})
"""Operations whose answer has no end, and so nothing that HEAD could say of it."""


class Addresses:
    """The methods of each address, as the document has them.

    Args:
        openapi: makes the document; asked at the first need, since it takes a while.
    """

    def __init__(self, openapi: Callable[[], dict[str, Any]]) -> None:
        self._openapi = openapi

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], dict[str, str]]]:
        return [
            (
                re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)),
                {method.upper(): operation["operationId"] for method, operation in item.items()},
            )
            for path, item in self._openapi()["paths"].items()
        ]

    def methods(self, path: str) -> set[str]:
        """Return what an address takes; nothing when there is no such address."""
        found = self._operations(path)
        return {*found, "HEAD"} if self.heads_by_get(path) else set(found)

    def heads_by_get(self, path: str) -> bool:
        """Whether HEAD is answered as GET is, for want of a route of its own."""
        found = self._operations(path)
        return "GET" in found and "HEAD" not in found and found["GET"] not in ENDLESS

    def _operations(self, path: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for pattern, operations in self._patterns:
            if pattern.fullmatch(path):
                found = operations | found
        return found

    async def refuse(self, request: Request, _error: Exception) -> Response:
        """Answer 405: the handler of Starlette's own, which knows but one route of an address."""
        allowed = ", ".join(sorted(self.methods(request.url.path)))
        detail = f"This address takes {allowed}." if allowed else None
        answer = problem_response(MethodNotAllowed(detail), request_id_of(request))
        answer.headers["Allow"] = allowed
        return answer


class HeadAsGet:
    """ASGI middleware: asks the route as by GET; the server leaves the body out."""

    def __init__(self, app: ASGIApp, *, addresses: Addresses) -> None:
        self._app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["type"] == "http" and scope["method"] == "HEAD"
        if head and self._addresses.heads_by_get(scope["path"]):
            # A copy: the server looks at its own to know that no body follows.
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
