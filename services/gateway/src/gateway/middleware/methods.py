"""HEAD for every GET, and 405 with the methods that a path supports."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.operations import Operation, OperationIndex
from vignette_shared.errors import MethodNotAllowed
from vignette_shared.http.problems import problem_response, request_id_of

ENDLESS = frozenset({"stream_events"})
"""Operations whose answer never ends, which leaves HEAD nothing to describe."""


class HeadAsGet:
    """ASGI middleware: routes HEAD as GET; the server omits the body."""

    def __init__(self, app: ASGIApp, *, index: OperationIndex) -> None:
        self._app = app
        self._index = index

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["type"] == "http" and scope["method"] == "HEAD"
        if head and _serves_head(self._index.at(scope["path"])):
            # A copy: the server reads the method from its own scope to know that no body follows.
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


class MethodNotAllowedHandler:
    """Answers 405 for all operations of a path; Starlette's own handler knows only one route."""

    def __init__(self, index: OperationIndex) -> None:
        self._index = index

    async def __call__(self, request: Request, _error: Exception) -> Response:
        operations = self._index.at(request.url.path)
        methods = {*operations, "HEAD"} if _serves_head(operations) else set(operations)
        allowed = ", ".join(sorted(methods))
        detail = f"This address supports {allowed}." if allowed else None
        answer = problem_response(MethodNotAllowed(detail), request_id_of(request))
        answer.headers["Allow"] = allowed
        return answer


def _serves_head(operations: dict[str, Operation]) -> bool:
    """Whether HEAD is answered as GET is, because it has no separate operation."""
    get = operations.get("GET")
    return get is not None and "HEAD" not in operations and get.id not in ENDLESS
