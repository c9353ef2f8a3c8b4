"""The endpoints for the operations of photos; nearly all of them only relay."""

from collections.abc import Awaitable, Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from gateway.admission import admit
from gateway.forwarding import accounts, shared_albums
from gateway.forwarding.relay import forward
from gateway.operations import Operation, forwarded_operations
from gateway.services import wired

Endpoint = Callable[[Request], Awaitable[Response]]


async def forward_request(request: Request) -> Response:
    """Admit the caller and relay the request; photos validates parameters and body."""
    caller = await admit(request)
    return await forward(request, wired(request).photos, caller)


# Operations that set cookies or count passwords, by id.
ENDPOINTS: dict[str, Endpoint] = {
    "register": accounts.register,
    "login": accounts.log_in,
    "logout": accounts.log_out,
    "delete_me": accounts.delete_account,
    "change_password": accounts.change_password,
    "get_shared_album": shared_albums.visit,
    "list_shared_photos": shared_albums.visit,
    "unlock_shared_album": shared_albums.unlock,
}


class ForwardingRoute(Route):
    """One operation of photos."""

    def __init__(self, operation: Operation, endpoint: Endpoint) -> None:
        super().__init__(operation.path, endpoint, methods=[operation.method])
        # Starlette adds HEAD to GET; an operation may declare its own HEAD, and `HeadAsGet` serves the rest.
        self.methods = {operation.method}
        self.declaration = operation.declaration

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = super().matches(scope)
        # FastAPI's router leaves this to the route; metrics and `declaration_of` read it.
        return match, {**child_scope, "route": self} if match is not Match.NONE else child_scope


def forwarding_routes() -> Iterator[ForwardingRoute]:
    for operation in forwarded_operations():
        yield ForwardingRoute(operation, ENDPOINTS.get(operation.id, forward_request))
